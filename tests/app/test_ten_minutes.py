"""Ten minutes of playing with every lane open, tags moved and the window resized: smooth, and no larger."""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.action_table.view_menu import LANES
from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.instrument import Instrument
from app.opening import make_window
from app.settings import AppSettings
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Finished, Notice
from engine.stream.session import Session
from engine.stream.states import State
from tests.app.holds import Holds
from tests.engine.stream.fakes import FakeCards
from tests.stalls import Stalls

MINUTES = 10.0
SETTLED_S = 60.0
"""After so long all is in memory that is used again and again."""
HOLD_S = 0.050
MOST_GROWTH = 10 << 20
"""Bytes."""


class Script:
    """What the hand does meanwhile, three times a second."""

    def __init__(self, controller: Controller) -> None:
        self._window, self._rng = controller.window, random.Random(5)
        self._steps = 0
        self.timer = QTimer()
        self.timer.timeout.connect(self._step)
        self.timer.start(333)

    def _step(self) -> None:
        self._steps += 1
        window = self._window
        chips = list(window.tags.chips.values())
        if chips:
            self._rng.choice(chips).weighed.emit(self._rng.choice((0.0, 0.0, 0.5, 1.0, 1.3)))
        if self._steps % 3 == 0:
            window.sampling.temperature.changed.emit(self._rng.uniform(0.85, 1.0))
        if self._steps % 9 == 0:
            window.resize(self._rng.randrange(1000, 1921), self._rng.randrange(700, 1081))


@pytest.fixture
def controller(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Iterator[Controller]:
    """A whole window on what is shipped, that plays into nothing."""
    bridge = EventBridge()
    writer = TakeWriter(
        TakeFolder(tmp_path / "takes"),
        lambda take: bridge.post(Finished(take)),
        lambda text: bridge.post(Notice(text)),
    )
    session = Session(on_event=bridge.post, cards=FakeCards(), writer=writer)
    catalogue = Catalogue(ModelLibrary(model_folders()), PresetLibrary(preset_folders()))
    settings, actions = AppSettings(tmp_path / "window.json"), Actions()
    window = make_window(actions, settings)
    qtbot.addWidget(window)
    controller = Controller(window, actions, Instrument(session, catalogue, bridge, writer), settings)
    controller.begin()
    yield controller
    window.close()
    session.close()
    writer.close()


def resident() -> int:
    """Bytes of memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def least_resident(qtbot: QtBot) -> int:
    """The least of two seconds: a state of the stream that is being copied takes 8 MB for a moment."""
    found = []
    for _ in range(40):
        qtbot.wait(50)
        found.append(resident())
    return min(found)


@pytest.mark.soak
@pytest.mark.alone
def test_ten_minutes_of_playing_hold_nothing_up_and_take_no_more_memory(
    controller: Controller, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session, actions = controller._session, controller.actions
    controller.presets.choose("minuet")
    actions["play"].trigger()
    qtbot.waitUntil(lambda: session.status().played > 16_000, timeout=300_000)
    for name in LANES:
        if not actions[f"lane_{name}"].isChecked():
            actions[f"lane_{name}"].trigger()
    gc.collect()
    with Stalls(tmp_path) as stalls:
        script, holds = Script(controller), Holds(HOLD_S)
        qtbot.wait(round(1000 * min(SETTLED_S, 20 * MINUTES)))
        settled = least_resident(qtbot)
        end = time.monotonic() + 60.0 * MINUTES - SETTLED_S
        while time.monotonic() < end and session.status().state is State.PLAYING:
            qtbot.wait(1000)
        grown = least_resident(qtbot) - settled
        script.timer.stop()
        holds.stop()
        status = session.status()
    told, ours = [], []
    for hold in holds.found:
        machine = hold.machine(stalls)
        told.append(f"{1000 * hold.seconds:.0f} ms (the machine: {1000 * machine:.0f} ms)\n{hold.where}")
        if hold.seconds - machine > HOLD_S and machine < hold.seconds / 2.0:
            ours.append(told[-1])
    lead = status.latency_ms / 1000.0
    with capsys.disabled():
        print(  # noqa: T201
            f"\nlongest hold {1000 * holds.longest:.0f} ms, of the machine {1000 * stalls.longest:.0f} ms, "
            f"{status.underruns} underruns, {grown / 2**20:.1f} MiB more, {status.real_time_factor:.2f} × RT",
            *told,
            sep="\n",
        )
    assert status.state is State.PLAYING
    assert ours == []
    assert grown < MOST_GROWTH
    assert status.underruns == 0 or stalls.longest > lead, f"{status.underruns} underruns"
