from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.cli.render import read_prime
from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.library.audio_files import read_audio, read_settings
from engine.library.paths import model_folders
from engine.library.replay import replay
from engine.library.takes import Settings
from engine.wavenet import mulaw
from engine.wavenet.codes import encode
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.engine.cli.rendering import SHORT, codes
from tests.models import random_model, save_tiny_model

pytestmark = pytest.mark.usefixtures("tiny")


def test_the_same_seed_gives_the_same_bytes(studio: Studio, out: Path) -> None:
    for name in ("a.wav", "b.wav"):
        assert studio("render", "tiny-piano", "-o", out / name, "--seed", 1, *SHORT).code == 0
    assert (out / "a.wav").read_bytes() == (out / "b.wav").read_bytes()


def test_another_seed_gives_other_samples(studio: Studio, out: Path) -> None:
    for seed in (1, 2):
        studio("render", "tiny-piano", "-o", out / f"{seed}.wav", "--seed", seed, *SHORT)
    assert (codes(out / "1.wav") != codes(out / "2.wav")).any()


def test_the_length_is_exact(studio: Studio, out: Path) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--seconds", "0.1234", "--seed", 1)
    assert "0.123 s, seed 1, " in result.out
    with wave.open(str(out / "a.wav")) as file:
        assert (file.getnframes(), file.getframerate(), file.getsampwidth()) == (1974, 16_000, 2)


def test_the_file_holds_exactly_what_the_stream_drew(studio: Studio, out: Path, tiny: ModelFile) -> None:
    studio("render", "tiny-piano", "-o", out / "a.wav", "--seed", 5, *SHORT)
    params = GenerationParams(temperature=0.9, tags=(("piano", 1.0),))
    drawn = Generator(select_kernel(tiny), params, 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn)


def test_options_change_what_the_preset_says(studio: Studio, out: Path, tiny: ModelFile) -> None:
    options = ["--temperature", 1.5, "--top-k", 40, "--top-p", 0.9, "--speaker", "rms", "--tag", "calm=0.5"]
    studio("render", "tiny-piano", "-o", out / "a.wav", "--seed", 5, "--tag", "piano=0.25", *options, *SHORT)
    params = GenerationParams(
        temperature=1.5, top_k=40, top_p=0.9, speaker="rms", tags=(("piano", 0.25), ("calm", 0.5))
    )
    drawn = Generator(select_kernel(tiny), params, 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn)


def test_the_settings_in_the_file_make_the_same_samples_again(
    studio: Studio, out: Path, tmp_path: Path, tiny: ModelFile
) -> None:
    soundfile.write(tmp_path / "prime.wav", np.linspace(-0.5, 0.5, 30), 16_000)
    studio("render", "tiny-piano", "-o", out / "a.flac", "--prime", tmp_path / "prime.wav", *SHORT)
    settings = Settings.from_json(read_settings(out / "a.flac") or {})
    assert settings.model_hash == tiny.header.hash
    np.testing.assert_array_equal(replay(settings, select_kernel(tiny)), codes(out / "a.flac"))


def test_without_a_seed_a_new_one_is_chosen_and_told(studio: Studio, out: Path) -> None:
    seeds = []
    for name in ("a.wav", "b.wav"):
        result = studio("render", "tiny-piano", "-o", out / name, *SHORT)
        seeds.append(Settings.from_json(read_settings(out / name) or {}).seed)
        assert f"seed {seeds[-1]}, " in result.out
    assert seeds[0] != seeds[1]


def test_priming_goes_on_from_the_recording(
    studio: Studio, out: Path, tmp_path: Path, tiny: ModelFile
) -> None:
    past = np.random.default_rng(0).integers(0, 256, 100, dtype=np.uint8)
    soundfile.write(tmp_path / "past.wav", mulaw.decode(past), 16_000, "FLOAT")
    prime = ("--prime", tmp_path / "past.wav")
    studio("render", "tiny-piano", "-o", out / "a.wav", *prime, "--seed", 5, *SHORT)
    generator = Generator(select_kernel(tiny), GenerationParams(temperature=0.9, tags=(("piano", 1.0),)), 5)
    generator.prime(past[-tiny.config.receptive_field :])  # render reads no more of it
    np.testing.assert_array_equal(codes(out / "a.wav"), generator.step(480).codes)


@pytest.mark.parametrize("samples", [1, 23, 24, 25, 26, 5_000])
def test_of_a_long_recording_only_the_end_is_read_and_pre_emphasis_knows_what_came_before(
    tmp_path: Path, samples: int
) -> None:
    model = random_model(ModelConfig(dilations=(1, 2, 4, 8, 8), residual_channels=8, pre_emphasis=0.85))
    past = np.random.default_rng(0).uniform(-0.2, 0.2, samples).astype(np.float32)
    soundfile.write(tmp_path / "past.wav", past, 16_000, "FLOAT")
    # The filter of emphasis.py, g (x[t] - 0.85 x[t-1]) with g = 0.15^(-1/2), over all of the recording.
    heard = (past - 0.85 * np.append(0.0, past[:-1])) * 0.15**-0.5
    expected = mulaw.encode(heard)[-24:]  # 1 + 2 + 4 + 8 + 8 samples back, and the one itself
    np.testing.assert_array_equal(read_prime(tmp_path / "past.wav", model), expected)


def test_a_model_of_16_bits_goes_on_from_a_recording_and_can_do_it_again(
    studio: Studio, out: Path, tmp_path: Path
) -> None:
    path = tmp_path / "fine.safetensors"
    model = save_tiny_model(path, "fine", input="scalar", output="gaussian", tags=(), speakers=())
    past = np.random.default_rng(0).integers(-9000, 9000, 30).astype(np.int16)
    soundfile.write(tmp_path / "past.wav", past, 16_000)
    prime = ("--prime", tmp_path / "past.wav")
    assert studio("render", path, *prime, "-o", out / "a.wav", "--seed", 5, *SHORT).code == 0
    kernel = select_kernel(model)
    generator = Generator(kernel, GenerationParams(), 5)
    generator.prime(past)
    drawn = generator.step(480).codes
    np.testing.assert_array_equal(encode(model.config, read_audio(out / "a.wav", 16_000)), drawn)
    settings = Settings.from_json(read_settings(out / "a.wav") or {})
    np.testing.assert_array_equal(replay(settings, kernel), drawn)


def test_the_reference_engine_draws_what_it_would_draw_alone(
    studio: Studio, out: Path, tiny: ModelFile
) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--seed", 5, "--engine", "reference", *SHORT)
    assert "reference engine" in result.out
    params = GenerationParams(temperature=0.9, tags=(("piano", 1.0),))
    drawn = Generator(select_kernel(tiny, "reference"), params, 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn)


@pytest.mark.parametrize(
    ("name", "encoding", "subtype"),
    [
        ("a.wav", "24", "PCM_24"),
        ("a.wav", "float", "FLOAT"),
        ("a.flac", "16", "PCM_16"),
        ("a.ogg", "16", "VORBIS"),
    ],
)
def test_suffix_and_encoding_choose_the_format(
    studio: Studio, out: Path, name: str, encoding: str, subtype: str
) -> None:
    studio("render", "tiny-piano", "-o", out / name, "--encoding", encoding, *SHORT)
    info = soundfile.info(out / name)
    assert (info.format, info.subtype, info.frames) == (name[2:].upper(), subtype, 480)


@pytest.mark.parametrize(
    "options",
    [
        ["--seconds", "0"],
        ["--seconds", "-1"],
        ["--seconds", "nan"],
        ["--seconds", "1e9"],
        ["--seed", "-1"],
        ["--seed", str(2**64)],
        ["--temperature", "-0.1"],
        ["--temperature", "99"],
        ["--top-k", "257"],
        ["--top-p", "0"],
        ["--tag", "piano"],
        ["--tag", "piano=9"],
        ["--takes", "0"],
        ["--encoding", "8"],
        ["--engine", "steam"],
    ],
)
def test_absurd_values_are_refused_with_2_and_one_line(studio: Studio, out: Path, options: list[str]) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", *options)
    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    assert options[0] in result.err
    assert not list(out.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tag", "pianno=1"], "tag 'pianno' is unknown to this model; did you mean piano?"),
        (["--speaker", "bob"], "speaker 'bob' is unknown to this model; there are rms, slt"),
        (["--vector", "1,2"], "--vector: model 'tiny' takes none; leave it out"),
        (["--device", "cpu"], "device 'cpu': only engine reference runs on a device of your choice"),
        (["--device", "warp", "--engine", "reference"], "device 'warp': torch cannot use it (Expected one"),
        (["--prime", "none.wav"], "none.wav: cannot read the audio file: No such file or directory"),
        (["-o", "nowhere/a.wav"], "nowhere/a.wav: there is no folder nowhere; make it first"),
        (["-o", "a.mp3"], "a.mp3: the name must end in .wav or .flac or .ogg"),
        (["-o", "a.flac", "--encoding", "float"], "a.flac: a .flac file cannot hold 'float' samples"),
    ],
)
def test_what_cannot_be_done_is_told_with_1_and_one_line(
    studio: Studio, out: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.chdir(out)
    result = studio("render", "tiny-piano", "-o", "a.wav", *SHORT, *options)
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert message in result.err
    assert not list(out.iterdir())


def test_a_folder_is_not_written_over(studio: Studio, out: Path) -> None:
    (out / "a.wav").mkdir()
    result = studio("render", "tiny-piano", "-o", out / "a.wav", *SHORT)
    assert result.code == 1
    assert "a.wav is a folder; give the name of a file" in result.err


def test_a_read_only_folder_is_noticed_before_anything_is_generated(
    studio: Studio, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cli.render.os.access", lambda path, mode: False)
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--seconds", 3600)
    assert result.code == 1
    assert f"a.wav: the folder {out} is read-only; give another" in result.err


def test_an_unknown_preset_is_answered_with_the_nearest(studio: Studio, out: Path) -> None:
    result = studio("render", "tiny-pino", "-o", out / "a.wav")
    assert result.code == 1
    assert result.err == "error: preset 'tiny-pino' is unknown; did you mean tiny-piano?\n"


def test_a_broken_preset_is_told_with_its_field(studio: Studio, out: Path, broken: tuple[Path, Path]) -> None:
    result = studio("render", "broken", "-o", out / "a.wav")
    assert result.code == 1
    assert f"error: {broken[1]}: temperature: " in result.err


def test_a_preset_of_a_broken_model_is_told_what_is_wrong(
    studio: Studio, out: Path, broken: tuple[Path, Path]
) -> None:
    text = broken[1].read_text().replace('model = "tiny"', 'model = "broken"').replace("99.0", "1.0")
    broken[1].write_text(text)
    result = studio("render", "broken", "-o", out / "a.wav")
    assert result.code == 1
    assert f"error: {broken[0]} is not a readable .safetensors file" in result.err


def test_a_preset_whose_model_is_not_there_says_so(
    studio: Studio, out: Path, broken: tuple[Path, Path]
) -> None:
    text = broken[1].read_text().replace('model = "tiny"', 'model = "tini"').replace("99.0", "1.0")
    broken[1].write_text(text)
    result = studio("render", "broken", "-o", out / "a.wav")
    assert result.code == 1
    assert "model 'tini' is not installed; did you mean tiny?" in result.err


@pytest.mark.parametrize("way", ["text", "file"])
def test_a_free_vector_conditions_a_model_and_is_kept_in_the_settings(
    studio: Studio, out: Path, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "voices.safetensors"
    model = save_tiny_model(path, "voices", vector_channels=3)
    np.save(tmp_path / "voice.npy", np.array([[-0.5], [2.0], [0.25]]))
    given = "--vector=-0.5,2,0.25" if way == "text" else f"--vector={tmp_path / 'voice.npy'}"
    options = ("--speaker", "rms", "--seed", 5, *SHORT)
    assert studio("render", path, given, "-o", out / "a.wav", *options).code == 0
    kernel = select_kernel(model)
    params = GenerationParams(speaker="rms", vector=(-0.5, 2.0, 0.25))
    drawn = Generator(kernel, params, 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn)
    settings = Settings.from_json(read_settings(out / "a.wav") or {})
    np.testing.assert_array_equal(replay(settings, kernel), drawn)
    studio("render", path, "-o", out / "b.wav", *options)
    assert (codes(out / "b.wav") != drawn).any()


def test_a_model_can_be_played_without_a_preset(studio: Studio, out: Path, tiny: ModelFile) -> None:
    for name, model in (("a.wav", "tiny"), ("b.wav", model_folders()[1] / "tiny.safetensors")):
        result = studio("render", model, "--tag", "calm=1", "-o", out / name, "--seed", 5, *SHORT)
        assert result.code == 0
    params = GenerationParams(tags=(("calm", 1.0),))
    drawn = Generator(select_kernel(tiny), params, 5).step(480).codes
    np.testing.assert_array_equal(codes(out / "a.wav"), drawn)
    assert (out / "a.wav").read_bytes() == (out / "b.wav").read_bytes()
