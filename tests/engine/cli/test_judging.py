from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.writer import CorpusWriter
from engine.evaluation import classifier
from engine.library import paths
from engine.music.condition import score_config
from engine.wavenet.config import LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import PRESET, Studio
from tests.engine.evaluation.signals import RATE, buzz, melody, played, two_kinds, whistle
from tests.models import save_tiny_model


@pytest.fixture(autouse=True)
def few_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to tell a buzz from a whistle; of real recordings a hundred of each kind are learnt."""
    monkeypatch.setattr(classifier, "CLIPS", 12)
    monkeypatch.setattr(classifier, "TEST_CLIPS", 4)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_kinds(tmp_path_factory.mktemp("judging") / "corpus").folder


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pieces of two kinds to learn from, and a piece of either kind to be played, with its notes."""
    folder, rng = tmp_path_factory.mktemp("judging") / "scored", np.random.default_rng(1)
    with CorpusWriter(folder, kind="music", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index, (tag, sound) in enumerate((("piano", buzz), ("calm", whistle))):
            for number in range(4):
                writer.add(f"{tag}-{number}", "train", sound(rng, 2.0), tags=(tag,))
            notes = melody(index)[:4]  # up to 2.15 s
            writer.add(f"{tag}-9", "test", played(notes, 2.5), tags=(tag,), notes=notes)
    return folder


@pytest.fixture
def shipped(tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A factory's folder with one preset of the tiny model."""
    folder = tmp_path / "factory"
    folder.mkdir()
    (folder / "tiny-piano.toml").write_text(PRESET, encoding="utf-8")
    monkeypatch.setattr(paths, "preset_folders", lambda: (folder, tmp_path / "own"))
    return folder


@pytest.mark.usefixtures("shipped")
def test_presets_are_judged_and_the_figures_printed_as_json(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--seeds", "3", "--seconds", "1", "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert report["classifier"]["of_each"] == {"calm": 1.0, "piano": 1.0}
    (preset,) = report["presets"]
    assert (preset["preset"], preset["label"], preset["clips"]) == ("tiny-piano", "piano", 3)
    assert round(3 * preset["right"]) + sum(preset["taken_for"].values()) == 3
    assert sum(preset["verdicts"].values()) == 3


@pytest.mark.usefixtures("shipped")
def test_the_table_tells_what_each_preset_shows(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--seeds", "2", "--seconds", "1", "--of", "piano")
    assert result.code == 0, result.err
    assert "tiny-piano  piano" in result.out
    assert "100.0% of unseen recordings, 50.0% by chance" in result.out


def test_a_preset_that_says_a_recording_never_runs_free_and_is_left_out(
    studio: Studio, corpus: Path, shipped: Path
) -> None:
    (shipped / "heart.toml").write_text(
        PRESET.replace("Tiny", "Spoken").replace("[tags]", 'recording = "x"\n[tags]')
    )
    result = studio("judge", "tiny", "--corpus", corpus, "--seeds", "1", "--seconds", "1", "--json")
    assert result.code == 0, result.err
    assert [preset["preset"] for preset in json.loads(result.out)["presets"]] == ["tiny-piano"]
    assert "preset 'heart' says a recording and never runs free; left out" in result.err


def test_presets_with_scores_may_be_judged_as_they_improvise(
    studio: Studio, corpus: Path, shipped: Path
) -> None:
    def judged(*options: str) -> object:
        folders = ("judge", "tiny", "--corpus", corpus, "--seeds", "2", "--seconds", "1", "--json")
        result = studio(*folders, *options)
        assert result.code == 0, result.err
        return json.loads(result.out)["presets"]

    improvised = judged()
    (shipped / "tiny-piano.toml").write_text(f'score = "minuet"\n{PRESET}', encoding="utf-8")
    assert judged("--without-scores") == improvised


@pytest.mark.usefixtures("shipped")
def test_drift_looks_at_six_windows_of_each_preset(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--drift", "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert "presets" not in report
    runs = report["drift"]  # made again only where the first minute moved too far, and lives
    assert [run["seed"] for run in runs] == [1, 2][: len(runs)]
    assert len(runs) == 2 or not runs[0]["too_far"] or runs[0]["windows"][-1]["verdict"] != "alive"
    for run in runs:
        assert len(run["windows"]) == 6
        first, last = run["windows"][1], run["windows"][-1]
        assert run["level_db"] == pytest.approx(last["level_db"] - first["level_db"])


FOLLOWING = ("--following", "--pieces", "2", "--piece-seconds", "2", "--seconds", "1")


@pytest.mark.parametrize("local", [None, score_config(RATE)])
def test_following_prints_the_recordings_a_wrong_score_and_what_pieces_are_named(
    studio: Studio, tmp_path: Path, scored: Path, local: LocalConfig | None
) -> None:
    save_tiny_model(tmp_path / "plays.safetensors", local=local)
    result = studio("judge", tmp_path / "plays.safetensors", "--corpus", scored, *FOLLOWING)
    assert result.code == 0, result.err
    rows = [line.split() for line in result.out.splitlines() if line]
    assert [row[0] for row in rows] == ["PIECE", "piano-9", "calm-9", "mean", "wrong"]
    assert rows[0][-1] == "NAMED"
    named = [row[-1] for row in rows[1:3]]
    assert set(named) <= {"piano", "calm"}
    right = (named[0] == "piano") + (named[1] == "calm")
    assert rows[3][-2:] == [f"{50 * right}%", "right"]


def test_following_as_json_tells_the_share_of_pieces_that_keep_their_instruments(
    studio: Studio, tmp_path: Path, scored: Path
) -> None:
    save_tiny_model(tmp_path / "plays.safetensors")
    result = studio("judge", tmp_path / "plays.safetensors", "--corpus", scored, *FOLLOWING, "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert set(report["following"]) == {"model", "recording", "wrong"}
    assert "presets" not in report
    pieces = [(one["piece"], one["label"]) for one in report["pieces"]]
    assert pieces == [("piano-9", "piano"), ("calm-9", "calm")]
    kept = [one["named"] == one["label"] for one in report["pieces"]]
    assert report["instruments_kept"] == sum(kept) / 2


def test_a_model_that_plays_no_scores_cannot_follow_them(
    studio: Studio, tmp_path: Path, scored: Path
) -> None:
    save_tiny_model(tmp_path / "talker.safetensors", "talker", tags=())
    result = studio("judge", tmp_path / "talker.safetensors", "--corpus", scored, *FOLLOWING)
    assert (result.code, result.out) == (1, "")
    assert result.err == "error: model 'talker' plays no scores; leave --following out\n"


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--of", "pino"), "'pino' is no genre or speaker of the corpus; did you mean piano"),
        (("--of", "calm"), "no factory preset of model 'tiny' shows"),
        (("--following",), "0 test pieces of 10 s with notes; following needs two"),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_line(
    studio: Studio, corpus: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, *arguments)
    assert result.code == 1
    assert message in result.err.splitlines()[-1]
