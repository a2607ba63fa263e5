"""The window is opened: built and shown first, and connected to its instrument once it has been painted."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.look.colours import THEMES
from app.look.icons import app_icon
from app.look.theme import apply_theme, load_fonts
from app.settings import AppSettings
from app.window import MainWindow

if TYPE_CHECKING:
    from app.controller import Controller
    from app.instrument import Instrument

UNSEEN_MS = 1000
"""A window that was not painted for so long is hidden: what is behind it need not wait."""

log = logging.getLogger(__name__)


def open_window(settings: AppSettings, instrument: Instrument | None) -> int:
    """Open the window; returns the exit code when it is closed. ``instrument`` None: it is made."""
    app = make_application()
    actions = Actions()
    window = make_window(actions, settings)
    start = Start(window, actions, settings, instrument)
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: app.quit())
    app.aboutToQuit.connect(start.close)
    try:
        code = app.exec()
    finally:
        start.close()
    if start.failure is not None:
        raise start.failure
    return code


class Start(QObject):
    """Brings what is behind the window to it, once it is seen."""

    def __init__(
        self, window: MainWindow, actions: Actions, settings: AppSettings, instrument: Instrument | None
    ) -> None:
        """``instrument`` is None where it is still to be made."""
        super().__init__()
        self._window, self._actions, self._settings = window, actions, settings
        self._instrument = instrument
        self._controller: Controller | None = None
        self._connected = self._closed = False
        self.failure: Exception | None = None
        """What stopped it, if anything did."""
        window.painted.connect(self._connect)
        QTimer.singleShot(UNSEEN_MS, self, self._connect)

    @Slot()
    def close(self) -> None:
        """Stop everything. Can be called twice."""
        self._closed = True
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.close()
        instrument, self._instrument = self._instrument, None
        if instrument is not None:
            instrument.close()

    @Slot()
    def _connect(self) -> None:
        if self._connected or self._closed:
            return
        self._connected = True
        try:
            self._connect_instrument()
        except Exception as error:
            log.debug("the start", exc_info=True)
            self.failure = error
            self._window.close()
        if not gc.isenabled():  # main.py stopped it: what is here now stays, and is never looked through
            gc.freeze()
            gc.enable()

    def _connect_instrument(self) -> None:
        # These take as long to import as Qt's widgets, and paint nothing.
        from app.controller import Controller
        from app.instrument import Instrument

        if self._instrument is None:
            self._instrument = Instrument.open(self._settings)
        self._controller = Controller(self._window, self._actions, self._instrument, self._settings)
        self._controller.begin(self._instrument.first, self._instrument.playing)


def make_application() -> QApplication:
    """The one Qt application, with our fonts and name."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("wavenet-studio")
    app.setApplicationDisplayName("WaveNet Studio")
    app.setDesktopFileName("wavenet-studio")
    app.setWindowIcon(app_icon())
    load_fonts()
    return app


def make_window(actions: Actions, settings: AppSettings) -> MainWindow:
    """The window as it was left, dressed and shown."""
    theme = THEMES[settings.theme]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, theme)
    window = MainWindow(actions)
    window.set_theme(theme)
    window.restore_layout({name: settings.layout(name) for name in window.layout_state()})
    window.show()
    return window
