from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.audio_files import write_audio
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import Preset, PresetLibrary
from engine.library.previews import audition_folder, check_clip, clip_path, clip_seed, read_clip
from engine.library.recordings import pack_steps
from engine.library.spoken_texts import SaidWord, SpokenText, recording_of_text
from engine.library.takes import Settings
from engine.music.score import Note, Part, Score, write_midi
from engine.speech.features import CHANNELS
from engine.wavenet.model_file import Header
from tests.models import save_tiny_model

CALM = Preset(id="calm", name="Calm", category="genre", model="tiny", temperature=0.9, tags={"calm": 1.0})
RATE = 16_000


@pytest.fixture
def header(tmp_path: Path) -> Header:
    return save_tiny_model(tmp_path / "tiny.safetensors").header


def store(folder: Path, header: Header, preset: Preset = CALM, **changes: object) -> Path:
    """A clip of half a second with the settings of ``preset``, but for ``changes``."""
    fields: dict[str, object] = {
        "preset": preset,
        "seed": clip_seed(preset),
        "engine": "any",
        "kernel_version": "any",
        "model": header.name,
        "model_hash": header.hash,
        "sample_rate": RATE,
        "samples": RATE // 2,
    }
    settings = Settings(**{**fields, **changes})  # type: ignore[arg-type]
    path = clip_path(preset, folder)
    sound = 0.1 * np.sin(np.arange(RATE // 2) / 10.0)
    write_audio(path, sound.astype(np.float32), RATE, settings=settings.to_json())
    return path


def test_every_clip_that_we_ship_is_of_todays_models_and_presets() -> None:
    models = ModelLibrary(model_folders()[:1])
    presets = PresetLibrary(preset_folders()[:1]).presets()
    checks = [check_clip(p, models.find(p.model).header, audition_folder()) for p in presets]
    assert len(checks) >= 17
    wrong = [f"{clip.preset}: {clip.reason}" for clip in checks if clip.state != "current"]
    assert not wrong, f"./studio audition makes them anew: {wrong}"
    assert {path.stem for path in audition_folder().glob("*")} <= {preset.id for preset in presets}


def test_a_seed_comes_from_the_preset_or_else_from_its_id() -> None:
    assert clip_seed(dataclasses.replace(CALM, seed=7)) == 7
    assert clip_seed(CALM) == 0xAD2E4B2B  # sha256sum of "calm" begins with 2b 4b 2e ad


def test_a_clip_is_current_whatever_the_preset_is_called(tmp_path: Path, header: Header) -> None:
    store(tmp_path, header)
    renamed = dataclasses.replace(CALM, name="Quiet", description="Another word.")
    assert check_clip(renamed, header, tmp_path, 0.5).state == "current"


def test_a_clip_that_is_not_there_is_missing(tmp_path: Path, header: Header) -> None:
    assert check_clip(CALM, header, tmp_path, 0.5).state == "missing"


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({"model_hash": "0" * 64}, "made by model tiny 000000000000, today's is tiny"),
        ({"model": "other"}, "made by model other"),
        ({"preset": dataclasses.replace(CALM, temperature=1.0)}, "other settings"),
        ({"preset": dataclasses.replace(CALM, tags={"calm": 0.5})}, "other settings"),
        ({"seed": 1}, "made with seed 1"),
        ({"samples": RATE}, "1 s long, not 0.5 s"),
    ],
)
def test_a_clip_made_otherwise_is_outdated(
    tmp_path: Path, header: Header, changes: dict[str, object], reported: str
) -> None:
    store(tmp_path, header, **changes)
    check = check_clip(CALM, header, tmp_path, 0.5)
    assert check.state == "outdated"
    assert reported in check.reason


def test_a_preset_that_has_a_score_since_then_needs_another_clip(tmp_path: Path, header: Header) -> None:
    store(tmp_path, header)
    write_midi(Score(1.0, (Part(program=0, notes=(Note(0.0, 0.5, 60, 100),)),)), tmp_path / "tune.mid")
    scored = dataclasses.replace(CALM, score=str(tmp_path / "tune.mid"))
    assert "another score" in check_clip(scored, header, tmp_path, 0.5).reason


def test_a_clip_of_a_text_is_current_while_that_is_said_so(tmp_path: Path, header: Header) -> None:
    preset = dataclasses.replace(CALM, speaker="slt", text="Hello.", speed=1.5)
    speech = SpokenText("Hello.", (("slt", 1.0),), speed=1.5, words=(SaidWord(0, 6, 0, ("h",), (9,)),))
    recording = recording_of_text(speech, pack_steps(np.zeros((80, CHANNELS), np.int16)), RATE)
    changes = {"samples": 80 * RATE // 200, "speech": speech, "recording": recording}
    store(tmp_path, header, preset.without_material(), **changes)
    assert check_clip(preset, header, tmp_path, 0.5).state == "current"
    for other in (dataclasses.replace(preset, text="Hi."), dataclasses.replace(preset, speed=1.0)):
        assert "another text" in check_clip(other, header, tmp_path, 0.5).reason
    assert "another text" in check_clip(dataclasses.replace(preset, text=None), header, tmp_path, 0.5).reason


def test_a_file_that_is_no_clip_is_outdated_and_cannot_be_played(tmp_path: Path, header: Header) -> None:
    path = clip_path(CALM, tmp_path)
    write_audio(path, np.zeros(RATE, np.float32), RATE)
    assert "holds no settings" in check_clip(CALM, header, tmp_path).reason
    path.write_bytes(b"no sound")
    assert "not an audio file" in check_clip(CALM, header, tmp_path).reason
    with pytest.raises(StudioError, match="not an audio file"):
        read_clip(path)


def test_a_clip_is_read_at_its_own_rate(tmp_path: Path, header: Header) -> None:
    clip = read_clip(store(tmp_path, header))
    assert clip.sample_rate == RATE
    assert len(clip.samples) == RATE // 2
    assert 0.05 < np.abs(clip.samples).max() < 0.15
