from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.generation.backends import select_kernel
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.library.audio_files import read_audio, read_settings
from engine.library.frames import frame_condition
from engine.library.paths import model_folders, preset_folders
from engine.library.replay import replay
from engine.library.takes import Settings
from engine.speech.features import CHANNELS, bent, speech_features
from engine.wavenet.config import GenerationParams, LocalConfig, VoiceStatistics
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model

pytestmark = pytest.mark.usefixtures("tiny")
SPEECH = LocalConfig(channels=CHANNELS, hop=80, features="speech", encoder=(8, 6))


@pytest.fixture
def voices() -> ModelFile:
    path = model_folders()[1] / "two-voices.safetensors"
    return save_tiny_model(
        path, "two-voices", local=SPEECH, pre_emphasis=0.85, tags=(), speakers=("ann", "bob")
    )


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A tenth of a second of a hum, at another rate than the model's."""
    path = tmp_path / "hum.wav"
    hum = 0.2 * np.sin(2 * np.pi * 150.0 * np.arange(2400) / 24_000)
    soundfile.write(path, hum, 24_000)
    return path


def test_a_recording_is_said_again_with_another_voice(
    studio: Studio, out: Path, voices: ModelFile, recording: Path
) -> None:
    options = ("--like", recording, "--speaker", "bob", "--pitch=-2st", "--speed", 0.5, "--seed", 5)
    result = studio("render", "two-voices", *options, "-o", out / "a.wav")
    assert result.code == 0
    features = bent(speech_features(read_audio(recording, 16_000), 16_000), -2.0, 0.5)
    local = frame_condition(voices, features)
    params = GenerationParams(speaker="bob")
    codes = Generator(select_kernel(voices), params, 5, StreamConditions(local)).step(3200).codes
    heard = read_audio(out / "a.wav", 16_000)
    np.testing.assert_allclose(heard, samples_of(voices.config, codes), atol=1.0 / 32768)
    settings = read_settings(out / "a.wav")
    assert settings is not None
    assert len(settings["condition"]) == 64


def test_a_model_that_knows_its_voices_says_it_in_the_speakers_unless_asked_to_keep_the_recordings(
    studio: Studio, out: Path, recording: Path
) -> None:
    bright, dark = (VoiceStatistics((mean,) * CHANNELS, (1.0,) * CHANNELS) for mean in (1.0, -1.0))
    path = model_folders()[1] / "two-voices.safetensors"
    reported = dataclasses.replace(SPEECH, voices=(bright, dark))
    save_tiny_model(path, "two-voices", local=reported, pre_emphasis=0.85, tags=(), speakers=("ann", "bob"))
    common = ("render", "two-voices", "--like", recording, "--seed", 5)
    for name, options in (
        ("ann", ("--speaker", "ann")),
        ("bob", ("--speaker", "bob")),
        ("kept", ("--speaker", "bob", "--as-recorded")),
        ("again", ("--speaker", "ann", "--as-recorded")),
    ):
        assert studio(*common, *options, "-o", out / f"{name}.wav").code == 0
    frames = {name: read_settings(out / f"{name}.wav") for name in ("ann", "bob", "kept", "again")}
    told_of = {name: settings and settings["condition"] for name, settings in frames.items()}
    assert len({told_of["ann"], told_of["bob"], told_of["kept"]}) == 3
    assert told_of["kept"] == told_of["again"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--as-recorded",), "--as-recorded changes what --like says"),
        (("--pitch", "+2st"), "--pitch changes what --like says"),
        (("--speed", "2"), "--speed changes what --like says"),
        (("--like", "hum.wav", "--condition", "frames.npy"), "--like does not go with --condition"),
        (("--like", "none.wav"), "none.wav"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    studio: Studio, out: Path, voices: ModelFile, options: tuple[str, ...], message: str
) -> None:
    result = studio("render", "two-voices", *options, "-o", out / "a.wav")
    assert result.code == 1
    assert message in result.err
    assert result.err.count("\n") == 1


def test_a_model_that_is_told_nothing_cannot_say_a_recording(
    studio: Studio, out: Path, recording: Path
) -> None:
    result = studio("render", "tiny", "--like", recording, "-o", out / "a.wav")
    assert result.code == 1
    assert "'tiny'" in result.err
    assert not (out / "a.wav").exists()


def test_a_pitch_beyond_two_octaves_is_a_bad_argument(studio: Studio, out: Path, recording: Path) -> None:
    assert studio("render", "tiny", "--like", recording, "--pitch", "30st", "-o", out / "a.wav").code == 2


@pytest.fixture
def spoken(voices: ModelFile, recording: Path, tmp_path: Path) -> Path:
    """A preset that says half a second of a hum; the recording that it says."""
    path = tmp_path / "long-hum.wav"
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * 150.0 * np.arange(8000) / 16_000), 16_000)
    (preset_folders()[1] / "hum.toml").write_text(
        f'name = "Hum"\ncategory = "speaker"\nmodel = "two-voices"\nspeaker = "ann"\n'
        f'recording = "{path.as_posix()}"\npitch = 1.0\n'
    )
    return path


def test_a_preset_says_its_recording_to_its_end(
    studio: Studio, out: Path, voices: ModelFile, spoken: Path
) -> None:
    result = studio("render", "hum", "--speed", 2, "--seed", 5, "-o", out / "a.flac")
    assert result.code == 0, result.err
    settings = Settings.from_json(read_settings(out / "a.flac") or {})
    assert settings.samples == 4000
    assert (settings.preset.recording, settings.condition) == (None, "")
    assert str(spoken.parent) not in str(settings)
    assert settings.recording is not None
    assert (settings.recording.name, settings.recording.pitch, settings.recording.speed) == (
        "long-hum",
        1.0,
        2.0,
    )
    drawn = replay(settings, select_kernel(voices), local=settings.said(voices))
    heard = read_audio(out / "a.flac", 16_000)
    np.testing.assert_allclose(heard, samples_of(voices.config, drawn), atol=1.0 / 32768)


def test_like_stands_in_the_place_of_a_presets_recording(
    studio: Studio, out: Path, spoken: Path, recording: Path
) -> None:
    result = studio("render", "hum", "--like", recording, "-o", out / "a.wav")
    assert result.code == 0, result.err
    settings = Settings.from_json(read_settings(out / "a.wav") or {})
    assert (settings.recording, settings.samples, len(settings.condition)) == (None, 1600, 64)


def test_a_presets_recording_does_not_go_on_from_another(
    studio: Studio, out: Path, spoken: Path, recording: Path
) -> None:
    result = studio("render", "hum", "--prime", recording, "-o", out / "a.wav")
    assert result.code == 1
    assert "--prime does not go with the recording of preset 'hum'" in result.err
