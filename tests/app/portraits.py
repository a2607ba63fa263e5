"""Pictures of the window and all of its dialogs, to be looked at: ``python -m tests.app.portraits FOLDER``.

In both themes and at several sizes; QT_SCALE_FACTOR=2 before it for a sharp screen. Nothing is heard.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.instrument import Instrument
from app.opening import make_application, make_window
from app.plots.turns import Turns
from app.settings import AppSettings
from app.stage import LAYERS, ODDS, SPECTRUM
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.stream.narration.equipment import find_equipment
from engine.stream.session import Session
from tests.engine.stream.fakes import FakeCards

SIZES = ((800, 560), (1280, 800), (2560, 1440))
PATIENCE_S = 120.0
DIALOGS = ("export", "save_preset", "variations", "palette", "shortcuts", "about")


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline
        QTest.qWait(20)


class Photographer:
    """Takes a window at work into all of its states, and a picture of each."""

    def __init__(self, folder: Path, files: Path) -> None:
        self._folder, self._files = folder, files
        bridge = EventBridge()
        self._session = Session(on_event=bridge.post, cards=FakeCards())
        catalogue = Catalogue(ModelLibrary(model_folders()), PresetLibrary(preset_folders()))
        settings, self._actions = AppSettings(files / "window.json"), Actions()
        self._window = make_window(self._actions, settings)
        self._controller = Controller(
            self._window,
            self._actions,
            Instrument(self._session, catalogue, bridge, speech=find_equipment()),
            settings,
        )
        self._controller.begin()

    def run(self) -> None:
        self._play("minuet", 5.0)
        self._actions["rewind"].trigger()
        QTest.qWait(1500)
        for theme in ("dark", "light"):
            self._actions["light"].setChecked(theme == "light")
            self._controller.view._set_light(theme == "light")
            self._window.stage.show_view(ODDS)
            self._sizes(f"play-{theme}")
            self._window.stage.show_view(SPECTRUM)
            self._sizes(f"spectrum-{theme}")
            self._window.stage.show_view(LAYERS)
            self._actions["keys"].trigger()
            self._sizes(f"layers-keys-{theme}")
            self._actions["keys"].trigger()
        self._actions["stop"].trigger()
        wait_until(lambda: len(self._controller.store.takes) == 2)
        self._star_and_list()
        for theme in ("light", "dark"):
            self._controller.view._set_light(theme == "light")
            self._sizes(f"takes-{theme}")
            for name in DIALOGS:
                self._dialog(f"{name}-{theme}", self._actions[name].trigger)
            self._prime(f"prime-{theme}")
        self._actions["speak_mode"].trigger()
        QTest.qWait(1500)
        self._play("", 4.0)
        for theme in ("dark", "light"):
            self._controller.view._set_light(theme == "light")
            self._sizes(f"speak-{theme}")
        self._actions["stop"].trigger()
        self._actions["train_mode"].trigger()
        QTest.qWait(1500)
        for theme in ("dark", "light"):
            self._controller.view._set_light(theme == "light")
            self._sizes(f"train-{theme}")

    def close(self) -> None:
        self._window.close()
        self._session.close()

    def _play(self, preset: str, seconds: float) -> None:
        if preset:
            self._controller.presets.choose(preset)
        self._actions["play"].trigger()
        rate = 16_000
        wait_until(lambda: self._session.status().played > seconds * rate)

    def _star_and_list(self) -> None:
        controller = self._controller
        controller.takes.toggle_star(controller.store.takes[0].id)
        self._window.lists.turn_to(1)

    def _sizes(self, name: str) -> None:
        for size in SIZES:
            self._window.resize(*size)
            QTest.qWait(300)
            wait_until(lambda: not any(turns.waiting for turns in self._window.findChildren(Turns)))
            self._save(self._window, f"{name}-{size[0]}")

    def _save(self, widget: QApplication | QDialog | object, name: str) -> None:
        scale = os.environ.get("QT_SCALE_FACTOR", "1")
        widget.grab().save(str(self._folder / f"{name}@{scale}x.png"))  # type: ignore[union-attr]

    def _dialog(self, name: str, ask: Callable[[], None]) -> None:
        """Of the dialog that ``ask`` opens, which it may wait for."""

        def take() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QDialog), name
            QTest.qWait(150)
            self._save(dialog, name)
            dialog.reject()

        QTimer.singleShot(400, take)
        ask()
        QTest.qWait(700)

    def _prime(self, name: str) -> None:
        path = self._files / "hum.wav"
        swell = np.linspace(0.0, 0.4, 96_000) * np.sin(2 * np.pi * 220.0 * np.arange(96_000) / 16_000)
        soundfile.write(path, swell, 16_000)
        primes = self._controller.primes
        self._window.audio_dropped.emit(str(path))
        wait_until(lambda: primes.dialog is not None)
        QTest.qWait(600)
        assert primes.dialog is not None
        self._save(primes.dialog, name)
        primes.dialog.reject()
        QTest.qWait(100)


def main(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    make_application()
    with tempfile.TemporaryDirectory() as files:
        for kind in ("DATA", "CONFIG", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = files
        photographer = Photographer(folder, Path(files))
        try:
            photographer.run()
        finally:
            photographer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
