"""The GUI thread waits for no disk: what is chosen, heard or opened is read on other threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.controllers.catalogue import Catalogue
from engine.library.audio_files import write_audio
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary
from engine.library.takes import Settings
from engine.music import midi
from engine.music.roll import CHANNELS
from engine.music.score import Note, Part, Score, write_midi
from engine.wavenet.config import LocalConfig
from tests.app.conftest import Studio
from tests.models import save_tiny_model

RATE = 16_000
CODE = (".py", ".pyc", ".so", ".nbi", ".nbc")
"""Modules may be imported late, and compiled kernels looked up."""


class Watch:
    """Notes what is opened or decoded on the main thread while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event == "open" and not str(arguments[0]).endswith(CODE):
            self.note(f"open {arguments[0]}")

    def note(self, what: str) -> None:
        if self.on and threading.current_thread() is threading.main_thread():
            self.seen.append(what)

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.note(name)
            return function(*arguments, **named)

        return wrapped


WATCH = Watch()
sys.addaudithook(WATCH.audit)  # it cannot be taken away again, only left idle


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    for module, name in (
        (soundfile.SoundFile, "__init__"),
        (midi, "read_midi"),
    ):
        monkeypatch.setattr(module, name, WATCH.wrap(name, getattr(module, name)))
    WATCH.seen.clear()
    yield WATCH
    WATCH.on = False


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Presets with and without a score, of two models and of none, with clips; one model lies elsewhere."""
    models, presets, clips = tmp_path / "models", tmp_path / "presets", tmp_path / "clips"
    for folder in (models, presets, clips):
        folder.mkdir()
    scored = LocalConfig(channels=CHANNELS, hop=160, features="roll")
    save_tiny_model(models / "band.safetensors", "band", local=scored, speakers=())
    save_tiny_model(models / "voices.safetensors", "voices", tags=())
    save_tiny_model(tmp_path / "elsewhere.safetensors", "elsewhere", tags=())
    speech = LocalConfig(channels=24, hop=80, features="speech", encoder=(8,))
    save_tiny_model(models / "talk.safetensors", "talk", local=speech, tags=())
    soundfile.write(tmp_path / "hum.wav", 0.2 * np.sin(np.arange(RATE) / 17.0), RATE)
    for name in ("tune", "other"):
        part = Part(program=0, notes=(Note(0.0, 1.0, 60 + len(name), 100),))
        write_midi(Score(2.0, (part,)), tmp_path / f"{name}.mid")
    for name, model, line in (
        ("free", "band", ""),
        ("tune", "band", f'score = "{tmp_path.as_posix()}/tune.mid"'),
        ("other", "band", f'score = "{tmp_path.as_posix()}/other.mid"'),
        ("gone", "band", f'score = "{tmp_path.as_posix()}/gone.mid"'),
        ("slt", "voices", 'speaker = "slt"'),
        ("said", "talk", f'recording = "{tmp_path.as_posix()}/hum.wav"'),
        ("far", f"{tmp_path.as_posix()}/elsewhere.safetensors", ""),
        ("lost", "missing", ""),
    ):
        text = f'name = "{name.title()}"\ncategory = "genre"\nmodel = "{model}"\n{line}\n'
        (presets / f"{name}.toml").write_text(text)
    library = PresetLibrary([presets, tmp_path / "mine"])
    for preset in library.presets():
        sound = (0.1 * np.sin(np.arange(RATE) / 20.0)).astype(np.float32)
        settings = Settings(preset, 1, "any", "any", preset.model, "any", RATE, len(sound))
        write_audio(clips / f"{preset.id}.ogg", sound, RATE, settings=settings.to_json())
    return Catalogue(ModelLibrary([models]), library, clips)


@pytest.fixture
def watched(studio: Studio, watch: Watch) -> Watch:
    watch.on = True
    return watch


def settled(studio: Studio) -> bool:
    return not studio.controller.background.busy


def test_the_watch_sees_what_is_opened_here_and_not_what_is_opened_aside(
    watched: Watch, tmp_path: Path
) -> None:
    def read() -> str:
        return (tmp_path / "presets" / "free.toml").read_text()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert watched.seen == []
    read()
    soundfile.SoundFile(tmp_path / "clips" / "free.ogg").close()
    watched.on = False
    assert [line.split()[0] for line in watched.seen] == ["open", "__init__"]


def test_choosing_any_preset_reads_no_file_here(qtbot: QtBot, studio: Studio, watched: Watch) -> None:
    chosen = ("free", "tune", "other", "gone", "slt", "said", "far", "lost", "tune")
    for preset in chosen:
        studio.controller.presets.choose(preset)
        qtbot.waitUntil(lambda: settled(studio), timeout=10_000)
        qtbot.wait(20)
    watched.on = False
    assert watched.seen == []
    score = studio.controller.player.score
    assert score is not None
    assert score.name == "tune"


def test_playing_a_preview_reads_no_file_here(qtbot: QtBot, studio: Studio, watched: Watch) -> None:
    view = studio.window.browser.list
    for row in range(view.model().rowCount()):  # the pointer over each row
        qtbot.mouseMove(view.viewport(), view.visualRect(view.model().index(row, 0)).center())
    for preset in ("free", "lost"):
        studio.controller.previews.listen(preset)
        qtbot.waitUntil(lambda p=preset: studio.controller.player.clip == p, timeout=10_000)  # type: ignore[misc]
    watched.on = False
    assert watched.seen == []


def test_opening_composing_and_saving_read_no_file_here(
    qtbot: QtBot, studio: Studio, watched: Watch, tmp_path: Path
) -> None:
    player = studio.controller.player
    studio.controller.presets.choose("free")
    studio.controller.scores.open(tmp_path / "tune.mid")
    qtbot.waitUntil(lambda: player.score is not None, timeout=10_000)
    studio.controller.scores.compose()
    qtbot.waitUntil(lambda: player.score is not None and player.score.name != "tune", timeout=10_000)
    studio.controller.recordings.open(tmp_path / "hum.wav")
    qtbot.waitUntil(lambda: player.recordings.recording is not None, timeout=10_000)
    studio.controller.presets.save("Mine", "", with_seed=False)
    qtbot.waitUntil(lambda: studio.window.top.title.text() == "Mine", timeout=10_000)
    watched.on = False
    assert watched.seen == []
