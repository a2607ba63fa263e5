"""Whatever is in a file, what comes of it is a line that says so: of each kind that the program reads.

Takes and their journals are in ``engine/library/test_take_formats.py``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.controllers.snapshots import from_text, to_text
from app.settings import AppSettings
from engine.errors import StudioError
from engine.library.audio_files import Tags, read_audio, read_settings, write_audio
from engine.library.export import ExportOptions
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary, read_preset
from engine.library.recording_files import About, read_features, write_features
from engine.library.takes import Settings
from engine.music.midi import read_midi
from engine.music.score import Note, Part, Score, write_midi
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import load_model
from tests.models import save_tiny_model
from tests.mutations import mutated
from tests.takes import make_take

MUTATIONS = [pytest.param(40, id="some"), pytest.param(1_250, id="many", marks=pytest.mark.soak)]
"""Of each of eight kinds: 10,000 in the soak."""
PRESET = """name = "Calm Piano"
category = "genre"
model = "tones"
description = "Slow"
temperature = 0.9
top_k = 40
top_p = 0.95
seed = 77
score = "minuet"
after = "silence"
[tags]
piano = 1.0
calm = 0.5
"""
LONGEST_LINE = 600
"""Characters of what is said of a file, its path included."""

Use = Callable[[Path], object]


def write_preset(path: Path) -> None:
    path.write_text(PRESET)


def use_preset(path: Path) -> None:
    preset = read_preset(path, factory=False)
    preset.params()
    PresetLibrary([path.parent]).presets()


def write_settings(path: Path) -> None:
    settings = AppSettings(path)
    settings.preset, settings.volume, settings.theme, settings.stars = "calm", 0.5, "light", frozenset("ab")
    settings.export_options = ExportOptions(encoding="24", rate=48_000).to_json()
    settings.snapshots = to_text({1: GenerationParams(temperature=0.5, tags=(("piano", 1.0),))})
    settings.export_folder = settings.score_folder = path.parent
    settings.hidden_lanes = frozenset({"score"})
    settings.save()


def use_settings(path: Path) -> None:
    settings = AppSettings(path)
    for name, kind in vars(AppSettings).items():
        if isinstance(kind, property):
            getattr(settings, name)
    settings.layout("geometry")
    from_text(settings.snapshots)
    assert 0.0 <= settings.volume <= 1.0
    for problem in settings.problems:
        raise StudioError(problem)
    ExportOptions.from_json(settings.export_options)


def use_model(path: Path) -> None:
    ModelLibrary([path.parent]).headers()
    load_model(path)


def write_midi_file(path: Path) -> None:
    notes = tuple(Note(0.1 * step, 0.2, 40 + step, 90) for step in range(24))
    write_midi(Score(4.0, (Part(0, notes), Part(40, notes[:5]))), path)


def use_midi(path: Path) -> None:
    notes, doubts = read_midi(path)
    assert np.isfinite(notes).all()
    assert all(len(doubt) < LONGEST_LINE for doubt in doubts)


def write_sound(path: Path) -> None:
    sound = np.sin(np.arange(1_600) / 9.0).astype(np.float32) / 2
    write_audio(path, sound, 16_000, "16", make_take(1).settings(), Tags("Rain", "me"))


def use_sound(path: Path) -> None:
    settings = read_settings(path)
    if settings is not None:
        try:
            Settings.from_json(settings)
        except ValueError as error:
            raise StudioError(str(error)[:LONGEST_LINE]) from None
    assert np.isfinite(read_audio(path, 22_050, most_s=60.0)).all()


def write_recording(path: Path) -> None:
    write_features(path, np.ones((80, 24), np.float32), About("hum", 16_000))


KINDS: dict[str, tuple[Callable[[Path], object], Use]] = {
    "preset.toml": (write_preset, use_preset),
    "window.json": (write_settings, use_settings),
    "model.safetensors": (lambda path: save_tiny_model(path, dilations=(1, 2)), use_model),
    "score.mid": (write_midi_file, use_midi),
    "take.wav": (write_sound, use_sound),
    "take.flac": (write_sound, use_sound),
    "take.ogg": (write_sound, use_sound),
    "recording.safetensors": (write_recording, read_features),
}


@pytest.mark.parametrize("count", MUTATIONS)
@pytest.mark.parametrize("name", KINDS)
def test_whatever_a_file_holds_the_worst_is_a_line_that_says_so(
    tmp_path: Path, name: str, count: int
) -> None:
    write, use = KINDS[name]
    path = tmp_path / name
    write(path)
    whole = path.read_bytes()
    use(path)
    rng = random.Random(f"{name} {count}")
    refused = read = 0
    for _ in range(count):
        content = mutated(whole, rng)
        path.write_bytes(mutated(content, rng) if rng.random() < 0.2 else content)
        try:
            use(path)
            read += 1
        except StudioError as error:
            refused += 1
            said = str(error)
        else:
            said = "nothing"
        assert len(said) < LONGEST_LINE + len(str(path))
        assert len(said.splitlines()) == 1
    assert read + refused == count
    assert refused > 0 or count < 1_000
