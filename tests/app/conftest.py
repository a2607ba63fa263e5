"""The application object in our dress, and a whole studio with tiny models and no sound card."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.instrument import Instrument
from app.look.colours import DARK
from app.look.theme import apply_theme, load_fonts
from app.opening import make_window
from app.settings import AppSettings
from app.window import MainWindow
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary
from engine.stream.session import Session
from tests.engine.stream.fakes import FakeCards
from tests.models import save_tiny_model

PLAY_MS = 60_000
"""Long enough for the first compilation ever on a slow machine."""

WINDOWS_AT_ONCE = 8
"""So many may wait to be freed."""

PRESETS = {
    "calm": (
        'name = "Calm Piano"',
        'category = "genre"',
        'model = "tones"',
        "[tags]",
        "piano = 1.0",
        "calm = 0.5",
    ),
    "rush": (
        'name = "Rush"',
        'category = "genre"',
        'model = "tones"',
        "temperature = 0.7",
        "[tags]",
        "fast = 1.0",
    ),
    "slt": ('name = "Slt"', 'category = "speaker"', 'model = "voices"', 'speaker = "slt"'),
    "same": ('name = "Same Again"', 'category = "genre"', 'model = "tones"', "seed = 77"),
    "lost": ('name = "Lost"', 'category = "genre"', 'model = "missing"'),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform cannot hint sizes to a window manager and says so as a warning each time.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application with our fonts and style sheet."""
    if qapp.property("dressed") is None:
        load_fonts()
        apply_theme(qapp, DARK)
        qapp.setProperty("dressed", True)
    return qapp


@dataclass
class Studio:
    """A window at work."""

    window: MainWindow
    actions: Actions
    controller: Controller
    session: Session
    folder: Path

    def press(self, action: str) -> None:
        """Trigger an action, as menu, key and button do."""
        assert self.actions[action].isEnabled(), self.actions[action].toolTip()
        self.actions[action].trigger()


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    models, presets = tmp_path / "models", tmp_path / "presets"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "tones.safetensors", "tones", speakers=())
    save_tiny_model(models / "voices.safetensors", "voices", tags=())
    for name, lines in PRESETS.items():
        (presets / f"{name}.toml").write_text("\n".join(lines))
    return Catalogue(ModelLibrary([models]), PresetLibrary([presets, tmp_path / "mine"]))


@pytest.fixture(scope="module")
def windows() -> Iterator[Iterator[int]]:
    """Counts a file's windows. They are freed here, and not by whichever thread collects next.

    To look for them takes half a second, so it is not done for each.
    """
    gc.disable()
    yield itertools.count(1)
    gc.collect()
    gc.enable()


@pytest.fixture
def new_studio(
    qtbot: QtBot, dressed: QApplication, catalogue: Catalogue, tmp_path: Path, windows: Iterator[int]
) -> Iterator[Callable[[], Studio]]:
    opened: list[Studio] = []

    def make() -> Studio:
        if next(windows) % WINDOWS_AT_ONCE == 0:
            gc.collect()
        event_bridge = EventBridge()
        session = Session(on_event=event_bridge.post, cards=FakeCards())
        settings = AppSettings(tmp_path / "window.json")
        actions = Actions()
        window = make_window(actions, settings)
        controller = Controller(window, actions, Instrument(session, catalogue, event_bridge), settings)
        qtbot.addWidget(window)
        studio = Studio(window, controller.actions, controller, session, tmp_path)
        opened.append(studio)
        return studio

    yield make
    for studio in opened:
        studio.window.close()
        for owner in (studio.controller, studio.controller.display, studio.window):
            running = [timer for timer in owner.findChildren(QTimer) if timer.isActive()]
            assert not running, "timers left running"
    opened.clear()


@pytest.fixture
def studio(new_studio: Callable[[], Studio]) -> Studio:
    studio = new_studio()
    studio.controller.begin()
    return studio
