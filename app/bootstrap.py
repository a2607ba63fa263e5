"""Starts the app.

Phases: Qt starts, dressed in our theme; the window is built and shown; only once it has been painted come the
presets, the session, which opens the sound card on its own thread, and what connects them (``assembly``). The
chosen preset's model is loaded last, on a thread of the session's, so that Play is heard at once. Where a
preset is to be played at once, the session comes first, and loads its model while the window is built.
"""

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
from app.settings import AppSettings, settings_path
from app.window import MainWindow

if TYPE_CHECKING:
    from app.assembly import Assembly

SWITCH_S = 0.0005
UNSEEN_MS = 1000
"""A window that was not painted for so long is hidden: what is behind it need not wait."""

log = logging.getLogger(__name__)


def run(play: str | None = None, debug: bool = False) -> int:
    """Open the window; returns the exit code when it is closed.

    ``play`` names a preset to be played at once. Raises StudioError, before any window, where there is none
    of that name. With ``debug`` the log tells at the end how often the latest take ran dry.
    """
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, stream=sys.stderr)
    logging.getLogger("numba").setLevel(logging.WARNING)
    # The window holds the interpreter for milliseconds at a time; the stream must get it back sooner.
    sys.setswitchinterval(SWITCH_S)
    app = make_application()
    settings = AppSettings(settings_path())
    assembly = _assembly(settings, play) if play else None
    actions = Actions()
    window = make_window(actions, settings)
    start = Start(window, actions, settings, assembly)
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
        self, window: MainWindow, actions: Actions, settings: AppSettings, assembly: Assembly | None
    ) -> None:
        """``assembly`` is None where it is still to be made."""
        super().__init__()
        self._window, self._actions, self._settings = window, actions, settings
        self._assembly = assembly
        self._connected = self._closed = False
        self.failure: Exception | None = None
        """What stopped it, if anything did."""
        window.painted.connect(self._connect)
        QTimer.singleShot(UNSEEN_MS, self, self._connect)

    @Slot()
    def close(self) -> None:
        """Stop everything. Can be called twice."""
        self._closed = True
        assembly, self._assembly = self._assembly, None
        if assembly is not None:
            assembly.close()

    @Slot()
    def _connect(self) -> None:
        if self._connected or self._closed:
            return
        self._connected = True
        try:
            if self._assembly is None:
                self._assembly = _assembly(self._settings)
            self._assembly.connect(self._window, self._actions)
        except Exception as error:
            log.debug("the start", exc_info=True)
            self.failure = error
            self._window.close()
        if not gc.isenabled():  # main.py stopped it: what is here now stays, and is never looked through
            gc.freeze()
            gc.enable()


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


def _assembly(settings: AppSettings, play: str | None = None) -> Assembly:
    from app.assembly import Assembly

    return Assembly(settings, play)
