from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from engine.cli.audition import finish, settings_of
from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.library.audio_files import read_settings
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, speech_nets_files
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.takes import Settings
from engine.speech.features import CHANNELS
from engine.speech.nets_file import write_nets
from engine.wavenet import mulaw
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model
from tests.speech_nets import header, random_weights

RATE = 16_000
SHORT = ("--seconds", "0.5")


def loudness(samples: np.ndarray) -> float:
    return float(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64)))


@pytest.fixture
def factory(tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFile:
    """Two factory presets, one with a seed of its own, and the user's ``tiny-piano``."""
    folder = tmp_path / "factory"
    folder.mkdir()
    for name, line in (("calm", "seed = 5"), ("fast", "")):
        text = f'name = "{name.title()}"\ncategory = "genre"\nmodel = "tiny"\n{line}\n[tags]\n{name} = 1.0\n'
        (folder / f"{name}.toml").write_text(text)
    users = model_folders()[1].with_name("presets")
    monkeypatch.setattr("engine.library.paths.preset_folders", lambda: (folder, users))
    return tiny


def test_every_factory_preset_gets_a_clip_with_its_settings_inside(
    studio: Studio, out: Path, factory: ModelFile
) -> None:
    result = studio("audition", "--output", out, *SHORT, "--json")
    assert result.code == 0, result.err
    assert sorted(path.name for path in out.iterdir()) == ["calm.ogg", "fast.ogg"]
    rows = {row["id"]: row for row in json.loads(result.out)}
    assert rows["calm"]["seed"] == 5
    for name, row in rows.items():
        settings = Settings.from_json(read_settings(out / f"{name}.ogg"))
        assert settings.seed == row["seed"]
        assert settings.model_hash == factory.header.hash
        samples, rate = soundfile.read(out / f"{name}.ogg")
        assert (rate, len(samples)) == (RATE, RATE // 2)
        assert np.abs(samples).max() < 1.0
        assert loudness(samples) == pytest.approx(-20.0, abs=1.0)  # Vorbis makes noise a little louder
        assert row["bytes"] < 50_000


def test_a_clip_is_the_presets_own_sound(studio: Studio, out: Path, factory: ModelFile) -> None:
    studio("audition", "calm", "--output", out, *SHORT)
    heard, _ = soundfile.read(out / "calm.ogg")
    params = GenerationParams(tags=(("calm", 1.0),))
    raw = Generator(select_kernel(factory, "cpu"), params, seed=5).step(RATE // 2).codes
    middle = slice(RATE // 8, RATE // 4)
    alike = np.corrcoef(heard[middle], mulaw.decode(raw)[middle])[0, 1]
    assert alike > 0.9  # Vorbis and the limiter change it a little
    again = Settings.from_json(read_settings(out / "calm.ogg"))
    assert np.array_equal(replay(again, select_kernel(factory, "cpu")), raw)


def test_a_clip_of_a_recording_is_no_longer_than_that(
    studio: Studio, out: Path, factory: ModelFile, tmp_path: Path
) -> None:
    speech = LocalConfig(channels=24, hop=80, features="speech", encoder=(8,))
    model = save_tiny_model(model_folders()[1] / "spoken.safetensors", "spoken", local=speech, tags=())
    soundfile.write(tmp_path / "hum.wav", 0.2 * np.sin(np.arange(16_000) / 17.0), RATE)
    (tmp_path / "factory" / "hum.toml").write_text(
        'name = "Hum"\ncategory = "speaker"\nmodel = "spoken"\n'
        f'recording = "{(tmp_path / "hum.wav").as_posix()}"\nspeed = 1.25\n'
    )
    assert studio("audition", "hum", "--output", out).code == 0
    settings = Settings.from_json(read_settings(out / "hum.ogg"))
    assert (settings.samples, settings.preset.recording) == (12_800, None)
    assert settings.recording is not None
    kernel = select_kernel(model, "cpu")
    raw = mulaw.decode(replay(settings, kernel, local=settings.said(model)))
    middle = slice(RATE // 8, RATE // 4)
    heard, _ = soundfile.read(out / "hum.ogg")
    assert np.corrcoef(heard[middle], raw[middle])[0, 1] > 0.9
    assert studio("audition", "hum", "--check", "--output", out).code == 0
    preset = tmp_path / "factory" / "hum.toml"
    preset.write_text(preset.read_text().replace("1.25", "1.5"))
    result = studio("audition", "hum", "--check", "--output", out)
    assert "made with another recording than the preset's" in result.out


def test_the_same_command_gives_the_same_bytes(studio: Studio, out: Path, factory: ModelFile) -> None:
    studio("audition", "fast", "--output", out, *SHORT)
    first = (out / "fast.ogg").read_bytes()
    studio("audition", "fast", "fast", "--output", out, *SHORT)
    assert (out / "fast.ogg").read_bytes() == first
    assert [path.name for path in out.iterdir()] == ["fast.ogg"]


def test_check_names_what_is_missing_or_outdated(studio: Studio, out: Path, factory: ModelFile) -> None:
    studio("audition", "calm", "--output", out, *SHORT)
    result = studio("audition", "--check", "--output", out, *SHORT)
    assert result.code == 1
    assert f"{out / 'fast.ogg'}: missing" in result.out
    assert "1 of 2 clips are current" in result.out
    assert f"./studio audition fast --output {out} --seconds 0.5" in result.err
    assert studio("audition", "calm", "--check", "--output", out, *SHORT).code == 0
    save_tiny_model(model_folders()[1] / "tiny.safetensors", seed=9)
    result = studio("audition", "--check", "--output", out, *SHORT, "--json")
    assert result.code == 1
    assert [row["state"] for row in json.loads(result.out)] == ["outdated", "missing"]


def test_an_unknown_preset_is_told_in_one_line(studio: Studio, out: Path, factory: ModelFile) -> None:
    result = studio("audition", "calmer", "--output", out)
    assert result.code == 1
    assert "'calmer' is unknown" in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("peaks", [1.0, 12.0])
def test_clips_are_equally_loud_fade_and_never_clip(peaks: float) -> None:
    rng = np.random.default_rng(3)
    sound = 0.02 * rng.standard_normal(3 * RATE)
    sound[::4_000] *= 4.0 * peaks
    finished = finish(sound.astype(np.float32), RATE)
    assert finished is not None
    assert len(finished) == len(sound)
    assert np.abs(finished).max() <= 10.0 ** (-1.0 / 20.0) + 1e-6
    assert loudness(finished) == pytest.approx(-20.0, abs=0.3)
    assert abs(finished[0]) < 1e-3
    assert abs(finished[-1]) < 1e-3


def test_silence_is_no_clip() -> None:
    assert finish(np.zeros(RATE, np.float32), RATE) is None


@pytest.mark.usefixtures("tiny")
def test_the_clip_of_a_preset_with_a_text_says_its_beginning() -> None:
    nets = speech_nets_files()[0]
    nets.parent.mkdir(parents=True)
    write_nets(nets, header(), random_weights())
    local = LocalConfig(channels=CHANNELS, hop=80, features="speech", encoder=(8, 6))
    path = model_folders()[1] / "two-voices.safetensors"
    model = save_tiny_model(path, "two-voices", local=local, tags=(), speakers=("anna",))
    models = ModelLibrary(model_folders())
    words = "A cat a cat a cat a cat a cat a cat a cat a cat."
    preset = Preset(
        id="anna", name="Anna", category="speaker", model="two-voices", speaker="anna", text=words
    )
    settings = settings_of(preset, model, models, 0.5)
    assert settings.speech is not None
    assert (settings.speech.text, settings.speech.speakers) == (words, (("anna", 1.0),))
    assert settings.recording is not None
    assert settings.samples == len(settings.recording.array()) * 80 == 8_000
    with pytest.raises(StudioError, match="says less than"):
        settings_of(dataclasses.replace(preset, text="A", speed=2.0), model, models, 0.5)
