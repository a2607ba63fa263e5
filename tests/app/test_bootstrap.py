from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app import bootstrap, instrument
from app.settings import settings_path
from app.window import MainWindow
from engine.errors import StudioError
from engine.stream.messages import Request, Status
from engine.stream.session import Session
from tests.app.conftest import PRESETS, Studio
from tests.models import save_tiny_model


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    models, presets = tmp_path / "m", tmp_path / "p"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "tones.safetensors", "tones", speakers=())
    for preset in ("calm", "same"):
        (presets / f"{preset}.toml").write_text("\n".join(PRESETS[preset]))
    monkeypatch.setattr(instrument, "model_folders", lambda: (models, tmp_path / "none"))
    monkeypatch.setattr(instrument, "preset_folders", lambda: (presets, tmp_path / "mine"))
    interval, handler = sys.getswitchinterval(), signal.getsignal(signal.SIGINT)
    yield
    sys.setswitchinterval(interval)
    signal.signal(signal.SIGINT, handler)


def windows() -> list[MainWindow]:
    there = [widget for widget in QApplication.topLevelWidgets() if isValid(widget)]
    shown = [widget for widget in there if widget.isVisible()]
    return [widget for widget in shown if isinstance(widget, MainWindow)]


class Closer(QObject):
    """Closes the window once a condition holds, and remembers what it saw."""

    def __init__(self, patience: int = 600) -> None:
        super().__init__()
        self.title = ""
        self.sounded = False
        self._patience = patience
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(50)

    def _look(self) -> None:
        self._patience -= 1
        for window in windows():
            self.title = window.top.title.text()
            self.sounded = window.stage.distribution.drawn is not None
            if self.sounded or self._patience < 0:
                self._timer.stop()
                window.close()


def test_run_shows_the_window_plays_and_ends_with_it(dressed: QApplication, folders: None) -> None:
    closer = Closer()
    assert bootstrap.run(play="Calm Piano") == 0
    assert closer.title == "Calm Piano"
    assert closer.sounded
    assert '"preset": "calm"' in settings_path().read_text()
    assert not [thread for thread in threading.enumerate() if thread.name == "stream" and thread.is_alive()]


def test_what_plays_before_the_window_is_the_one_take_that_is_made(
    dressed: QApplication, folders: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    class Counting(Session):
        """Notes what it is asked to play, and whether there is a window yet."""

        def play(self, request: Request) -> None:
            assert windows() == []
            asked.append(request)
            super().play(request)

    monkeypatch.setattr(instrument, "Session", Counting)
    closer = Closer()
    assert bootstrap.run(play="same") == 0
    assert closer.sounded
    assert [(request.preset.id, request.seed) for request in asked] == [("same", 77)]


def test_without_a_preset_nothing_plays_by_itself(dressed: QApplication, folders: None) -> None:
    closer = Closer(patience=10)
    assert bootstrap.run() == 0
    assert closer.title == "Calm Piano"
    assert not closer.sounded


@pytest.mark.parametrize(
    ("debug", "count", "reported"),
    [(True, 0, "ends with 0 underruns"), (True, 1, "ends with 1 underrun\n"), (False, 7, "")],
)
def test_a_log_that_was_asked_for_tells_the_underruns_at_the_end(
    dressed: QApplication,
    folders: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    debug: bool,
    count: int,
    reported: str,
) -> None:
    class Uneven(Session):
        """Has had gaps."""

        def status(self) -> Status:
            return replace(super().status(), underruns=count)

    monkeypatch.setattr(instrument, "Session", Uneven)
    # pytest's own handlers would keep logging from being set up as it is in a process of its own
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.WARNING)
    closer = Closer(patience=10)
    assert bootstrap.run(debug=debug) == 0
    assert closer.title == "Calm Piano"
    logged = capsys.readouterr().err
    assert reported in logged
    assert ("underrun" in logged) == debug


def test_an_unknown_preset_is_refused_before_any_window(dressed: QApplication, folders: None) -> None:
    with pytest.raises(StudioError, match="clam"):
        bootstrap.run(play="clam")
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def test_damaged_settings_are_told_once(
    new_studio: Callable[[], Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "window.json").write_text("[" * 100_000)
    reported: list[str] = []
    for _ in range(2):
        studio = new_studio()
        monkeypatch.setattr(studio.window.messages, "tell", lambda text, *_, **__: reported.append(text))
        studio.controller.begin()
        studio.controller.close()
    (damaged,) = [text for text in reported if "settings" in text]
    assert "the settings cannot be read" in damaged
    assert "kept as window.json.damaged" in damaged
