"""Any click, key, drop, action and size, thousands of them: nothing breaks, hangs or stays behind."""

from __future__ import annotations

import gc
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
import soundfile
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDesktopServices, QDrag
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.instrument import Instrument
from app.opening import make_window
from app.settings import AppSettings
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.music.score import Note, Part, Score, write_midi
from engine.stream.messages import Finished, Notice
from engine.stream.session import Session
from tests.app.conftest import PLAY_MS, PRESETS
from tests.app.controllers.conftest import SCORED, SPOKEN
from tests.app.monkey import Monkey
from tests.engine.stream.fakes import FakeCards
from tests.models import save_tiny_model
from tests.stalls import Stalls

HANG_S = 0.2
HELD_UP_S = 2.0
"""Beside other tests: one that hangs for so long is broken."""
RUNS = [
    pytest.param((0, 200, HELD_UP_S), id="short"),
    *(pytest.param((seed, 250, HANG_S), id=f"seed-{seed}", marks=pytest.mark.soak) for seed in range(1, 21)),
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """What is dropped and opened: good, bad, and of no use."""
    folder = tmp_path / "files"
    folder.mkdir()
    notes = tuple(Note(0.2 * step, 0.2, 50 + step % 12, 90) for step in range(30))
    write_midi(Score(6.0, (Part(0, notes),)), folder / "tune.mid")
    hum = 0.2 * np.sin(2 * np.pi * 150.0 * np.arange(16_000) / 16_000)
    soundfile.write(folder / "hum.wav", hum, 16_000)
    (folder / "broken.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\xff\xff")
    (folder / "broken.wav").write_bytes((folder / "hum.wav").read_bytes()[:40])
    (folder / "mine.toml").write_text('name = "Mine"\ncategory = "user"\nmodel = "tones"\n')
    (folder / "broken.toml").write_text("name = ")
    (folder / "letter.txt").write_text("Dear monkey")
    (folder / "gone.wav").touch()
    return [*sorted(folder.iterdir()), folder]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Presets of every kind: with tags, with voices, with scores, with recordings, without a model."""
    models, presets = tmp_path / "models", tmp_path / "presets"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "tones.safetensors", "tones", speakers=())
    save_tiny_model(models / "voices.safetensors", "voices", tags=())
    save_tiny_model(models / "band.safetensors", "band", local=SCORED, speakers=())
    save_tiny_model(models / "talk.safetensors", "talk", local=SPOKEN, tags=(), speakers=("ann", "bob"))
    for name, lines in PRESETS.items():
        (presets / f"{name}.toml").write_text("\n".join(lines))
    for name, model in (("march", "band"), ("ann", "talk")):
        (presets / f"{name}.toml").write_text(f'name = "{name}"\ncategory = "genre"\nmodel = "{model}"\n')
    return Catalogue(ModelLibrary([models]), PresetLibrary([presets, tmp_path / "mine"]))


def running_timers() -> list[QTimer]:
    """All of this process, those of other tests too."""
    timers = [each for each in gc.get_objects() if type(each) is QTimer and shiboken6.isValid(each)]
    return [timer for timer in timers if timer.isActive()]


@pytest.fixture
def controller(
    qtbot: QtBot, dressed: QApplication, catalogue: Catalogue, tmp_path: Path
) -> Iterator[Controller]:
    """A whole window that plays into nothing, with takes on the disk."""
    running_before = running_timers()
    bridge = EventBridge()
    writer = TakeWriter(
        TakeFolder(tmp_path / "takes"),
        lambda take: bridge.post(Finished(take)),
        lambda text: bridge.post(Notice(text)),
    )
    session = Session(on_event=bridge.post, cards=FakeCards(), writer=writer)
    settings, actions = AppSettings(tmp_path / "window.json"), Actions()
    settings.export_folder = tmp_path / "music"
    window = make_window(actions, settings)
    qtbot.addWidget(window)
    controller = Controller(
        window, actions, Instrument(session, catalogue, bridge, writer), settings, engine="cpu"
    )
    controller.begin()
    controller.presets.choose("calm")  # what a start imports and loads is there when the monkey comes
    actions["play"].trigger()
    qtbot.waitUntil(lambda: session.status().played > 0, timeout=PLAY_MS)
    actions["stop"].trigger()
    yield controller
    window.close()
    session.close()
    writer.close()
    qtbot.wait(100)  # what was on its way when it closed
    assert [timer.parent() for timer in running_timers() if timer not in running_before] == []
    assert not controller.background.busy


@pytest.fixture
def no_desktop(monkeypatch: pytest.MonkeyPatch, files: list[Path], tmp_path: Path) -> None:
    """What only a desktop can answer: files asked for, folders shown, things dragged out."""
    rng = random.Random(7)
    new = [tmp_path / "new" / name for name in ("a.wav", "b.flac", "c.toml", "d.png")]
    new[0].parent.mkdir()

    def old(*_: object, **__: object) -> tuple[str, str]:
        return str(rng.choice([*files, ""])), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", old)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(rng.choice([*new, ""])), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(new[0].parent))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    monkeypatch.setattr(QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction)


@pytest.mark.parametrize("run", RUNS)
def test_whatever_is_done_to_the_window_nothing_breaks_and_nothing_hangs(
    controller: Controller, no_desktop: None, files: list[Path], tmp_path: Path, run: tuple[int, int, float]
) -> None:
    seed, count, longest_allowed = run
    before = set(threading.enumerate())
    traces = tmp_path / "traces.txt"
    with Stalls(tmp_path) as stalls, traces.open("w") as file:
        monkey = Monkey(controller.window, files, seed, file)
        try:
            monkey.run(count)
        finally:
            (tmp_path / "done.txt").write_text("\n".join(monkey.done))
    holds = []
    for end, seconds, kept_waiting, what in monkey.holds:
        machine = max(stalls.between(end - seconds, end), kept_waiting)
        if seconds > longest_allowed:
            holds.append(f"{1000 * seconds:.0f} ms (the machine: {1000 * machine:.0f} ms) after {what}")
        assert seconds - machine <= longest_allowed or machine > longest_allowed, f"{holds[-1]}; see {traces}"
    longest = max(seconds for _, seconds, _, _ in monkey.holds)
    print(f"longest {1000 * longest:.0f} ms; the machine stalled {1000 * stalls.longest:.0f} ms; {holds}")  # noqa: T201
    assert len(monkey.holds) == count
    deadline = time.monotonic() + 60.0
    while controller.background.busy and time.monotonic() < deadline:
        QApplication.processEvents()
        time.sleep(0.01)
    assert set(threading.enumerate()) - before <= {
        thread for thread in threading.enumerate() if thread.name in ("takes", "takes' sounds")
    }
