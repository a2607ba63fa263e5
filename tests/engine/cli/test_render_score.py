from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.generation.backends import select_kernel
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.library.audio_files import read_settings
from engine.library.paths import model_folders, preset_folders
from engine.library.replay import replay, replay_together
from engine.library.takes import Settings
from engine.music.condition import After
from engine.music.guide import REST_S, ScoreGuide
from engine.music.roll import CHANNELS, roll
from engine.music.score import Note, Part, Score, write_midi
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.model_file import ModelFile
from engine.wavenet.mulaw import SILENCE
from tests.engine.cli.conftest import Studio
from tests.engine.cli.rendering import SHORT, codes
from tests.models import save_tiny_model
from tests.notes import notes_of

pytestmark = pytest.mark.usefixtures("tiny")
PIANO = GenerationParams(temperature=0.9, tags=(("piano", 1.0),))
"""What the preset ``tiny-piano`` asks for."""
SCORED = LocalConfig(channels=CHANNELS, hop=160, features="roll")
TUNE = Score(0.08, (Part(program=0, notes=(Note(0.0, 0.025, 60, 100), Note(0.02, 0.034, 67, 80))),))
FRAMES = 6  # the last note ends at 54 ms


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    write_midi(TUNE, tmp_path / "tune.mid")
    return tmp_path / "tune.mid"


@pytest.fixture
def band(tmp_path: Path) -> ModelFile:
    """A model that plays scores, named ``band``, and the preset ``march`` with a score of its own."""
    scores = model_folders()[1].with_name("scores")
    scores.mkdir()
    write_midi(TUNE, scores / "tune.mid")
    write_midi(TUNE, tmp_path / "tune.mid")
    (preset_folders()[1] / "march.toml").write_text(
        'name = "March"\ncategory = "user"\nmodel = "band"\nscore = "tune"\nafter = "silence"\n'
    )
    return save_tiny_model(model_folders()[1] / "band.safetensors", "band", local=SCORED, speakers=())


def drawn(model: ModelFile, tune: Path, samples: int, after: str) -> np.ndarray:
    """What a generator draws that is given all frames at once; beyond them their last one holds."""
    frames = np.zeros((FRAMES + 1, CHANNELS), np.float32)
    if after == "silence":
        frames = roll(notes_of(tune), 200)
    else:
        frames[:FRAMES] = roll(notes_of(tune), FRAMES)
    kernel = select_kernel(model)
    return (
        Generator(kernel, GenerationParams(), 5, StreamConditions(LocalCondition(model, frames)))
        .step(samples)
        .codes
    )


@pytest.mark.parametrize("after", ["improvise", "silence"])
def test_a_score_conditions_a_take_from_its_first_sample_on(
    studio: Studio, out: Path, tmp_path: Path, band: ModelFile, after: str
) -> None:
    tune = tmp_path / "tune.mid"
    options = ("--after", after, "--seconds", "0.1", "--seed", 5)
    result = studio("render", "band", "--score", tune, "-o", out / "a.wav", *options)
    assert (result.code, result.err) == (0, "")
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn(band, tune, 1600, after))


def test_a_take_with_a_score_lasts_a_second_longer_than_it(
    studio: Studio, out: Path, tmp_path: Path, band: ModelFile
) -> None:
    result = studio("render", "band", "--score", tmp_path / "tune.mid", "-o", out / "a.wav")
    assert "a.wav: 1.054 s, " in result.out


def test_a_take_with_a_score_is_made_again_from_its_file_alone(
    studio: Studio, out: Path, tmp_path: Path, band: ModelFile
) -> None:
    options = ("--score", tmp_path / "tune.mid", "--seconds", "0.1", "--after", "silence")
    studio("render", "band", "-o", out / "a.flac", "--takes", 2, "--seed", 5, *options)
    (tmp_path / "tune.mid").unlink()
    settings = Settings.from_json(read_settings(out / "a-1.flac") or {})
    assert settings.score is not None
    assert (settings.score.name, settings.score.after) == ("tune", "silence")
    kernel = select_kernel(band)
    np.testing.assert_array_equal(replay(settings, kernel), codes(out / "a-1.flac"))
    for number, again in enumerate(replay_together(settings, (5, 6), kernel), 1):
        np.testing.assert_array_equal(again, codes(out / f"a-{number}.flac"))


def test_a_preset_plays_its_own_score_and_its_file_tells_no_path(
    studio: Studio, out: Path, tmp_path: Path, band: ModelFile
) -> None:
    preset = preset_folders()[1] / "march.toml"
    preset.write_text(preset.read_text().replace('"tune"', f'"{tmp_path / "tune.mid"}"'))
    studio("render", "march", "-o", out / "a.wav", "--seconds", "0.1", "--seed", 5)
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn(band, tmp_path / "tune.mid", 1600, "silence"))
    assert str(tmp_path) not in str(read_settings(out / "a.wav"))


def test_a_model_that_plays_scores_improvises_without_one(studio: Studio, out: Path, band: ModelFile) -> None:
    result = studio("render", "band", "-o", out / "a.wav", "--seed", 5, *SHORT)
    assert (result.code, result.err) == (0, "")
    alone = Generator(select_kernel(band), GenerationParams(), 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), alone)


@pytest.mark.parametrize("after", ["improvise", "silence"])
def test_a_model_that_has_not_learnt_scores_is_guided_by_one(
    studio: Studio, out: Path, tune: Path, tiny: ModelFile, after: After
) -> None:
    options = ("--seconds", "0.1", "--seed", 5)
    result = studio("render", "tiny-piano", "--score", tune, "--after", after, "-o", out / "a.wav", *options)
    assert (result.code, result.err) == (0, "")
    guide = ScoreGuide(16_000, notes_of(tune), after)
    guided = Generator(select_kernel(tiny), PIANO, 5, StreamConditions(feedback=guide)).step(1600).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), guided)
    studio("render", "tiny-piano", "-o", out / "b.wav", *options)
    assert (codes(out / "b.wav") != guided).any()


def test_a_guided_take_is_made_again_from_its_file_alone(
    studio: Studio, out: Path, tune: Path, tiny: ModelFile
) -> None:
    options = ("--score", tune, "--seconds", "0.1", "--takes", 2, "--seed", 5)
    assert studio("render", "tiny-piano", "-o", out / "a.flac", *options).code == 0
    tune.unlink()
    settings = Settings.from_json(read_settings(out / "a-1.flac") or {})
    assert settings.score is not None
    assert settings.score.name == "tune"
    kernel = select_kernel(tiny)
    np.testing.assert_array_equal(replay(settings, kernel), codes(out / "a-1.flac"))
    for number, again in enumerate(replay_together(settings, (5, 6), kernel), 1):
        np.testing.assert_array_equal(again, codes(out / f"a-{number}.flac"))


@pytest.mark.parametrize("takes", [1, 2])
def test_a_guided_take_ends_in_silence_where_that_is_asked_for(
    studio: Studio, out: Path, tune: Path, takes: int
) -> None:
    rests_from = ScoreGuide(16_000, notes_of(tune), "silence").rests_from
    assert rests_from is not None
    assert rests_from == pytest.approx((0.054 + REST_S) * 16_000, abs=17)  # MIDI's ticks are of 1/960 s
    options = ("--after", "silence", "--seconds", f"{rests_from / 16_000 + 0.1:.6f}", "--takes", takes)
    result = studio("render", "tiny-piano", "--score", tune, "-o", out / "a.wav", *options, "--seed", 5)
    assert result.code == 0, result.err
    for path in sorted(out.glob("*.wav")):
        found = codes(path)
        assert len(found) == rests_from + 1600
        assert (found[rests_from:] == SILENCE).all()
        assert (found[rests_from - 400 : rests_from] != SILENCE).any()
    assert len(list(out.glob("*.wav"))) == takes


@pytest.mark.parametrize(
    ("preset", "options", "message"),
    [
        ("talk", ["--score", "tune"], "model 'talker' plays no scores; these can: band, music, tiny"),
        ("band", ["--score", "tuna"], "score 'tuna' is unknown; did you mean tune?"),
        ("band", ["--score", "none.mid"], "none.mid: cannot read the MIDI file: No such file"),
        ("band", ["--score", "past.wav"], "score 'past.wav' is unknown"),
        ("band", ["--after", "silence"], "--after: there is no score; give one with --score"),
        ("band", ["--score", "tune", "--prime", "past.wav"], "--prime does not go with --score: "),
        ("band", ["--score", "tune", "--condition", "frames.npy"], "--condition does not go with --score: "),
        ("march", ["--prime", "past.wav"], "--prime does not go with the score of preset 'march': "),
        ("lost", [], "preset 'lost': score 'elsewhere' is unknown; "),
    ],
)
def test_what_does_not_go_with_a_score_is_told_in_one_line(
    studio: Studio,
    out: Path,
    band: ModelFile,
    monkeypatch: pytest.MonkeyPatch,
    preset: str,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(out.parent)
    soundfile.write("past.wav", np.zeros(50), 16_000)
    (preset_folders()[1] / "lost.toml").write_text(
        'name = "Lost"\ncategory = "user"\nmodel = "band"\nscore = "elsewhere"\n'
    )
    save_tiny_model(model_folders()[1] / "talker.safetensors", "talker", tags=())
    (preset_folders()[1] / "talk.toml").write_text('name = "Talk"\ncategory = "user"\nmodel = "talker"\n')
    result = studio("render", preset, "-o", out / "a.wav", *options)
    assert result.code == 1
    assert result.err.startswith(f"error: {message}")
    assert len(result.err.splitlines()) == 1
    assert not list(out.iterdir())


@pytest.mark.parametrize("source", ["--score", "the preset"])
def test_what_cannot_be_read_of_a_damaged_score_is_said_in_a_line_and_the_rest_is_played(
    studio: Studio, out: Path, tmp_path: Path, band: ModelFile, source: str
) -> None:
    tune = (
        tmp_path / "tune.mid" if source == "--score" else model_folders()[1].with_name("scores") / "tune.mid"
    )
    tune.write_bytes(tune.read_bytes() + b"MTrk\0\0")
    what = ("band", "--score", tune) if source == "--score" else ("march",)
    result = studio("render", *what, "-o", out / "a.wav", "--seconds", "0.02")
    assert result.code == 0
    (line,) = result.err.splitlines()
    assert line.startswith(f"warning: {tune}: a damaged MIDI file: ")
    assert (out / "a.wav").exists()
