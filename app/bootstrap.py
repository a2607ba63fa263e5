"""Starts the app.

Phases: folders and presets are read; Qt starts, dressed in our theme; the session opens the sound card on its
own threads; the window is built and shown; only then is the chosen preset's model loaded, on a thread of the
session's, so that Play is heard at once.
"""

from __future__ import annotations

import logging
import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.look.colours import THEMES
from app.look.icons import app_icon
from app.look.theme import apply_theme, load_fonts
from app.settings import AppSettings, settings_path
from app.window import MainWindow
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.library.previews import audition_folder
from engine.stream.session import Session

SWITCH_S = 0.0005

log = logging.getLogger(__name__)


def run(play: str | None = None, debug: bool = False) -> int:
    """Open the window; returns the exit code when it is closed.

    ``play`` names a preset to be played at once. Raises StudioError, before any window, where there is none
    of that name. With ``debug`` the log tells at the end how often the latest take ran dry.
    """
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, stream=sys.stderr)
    logging.getLogger("numba").setLevel(logging.WARNING)
    presets = PresetLibrary(preset_folders())
    catalogue = Catalogue(ModelLibrary(model_folders()), presets, audition_folder())
    first = catalogue.find(play) if play else None
    # The window holds the interpreter for milliseconds at a time; the stream must get it back sooner.
    sys.setswitchinterval(SWITCH_S)
    app = make_application()
    settings = AppSettings(settings_path())
    event_bridge = EventBridge()
    session = Session(device=settings.device or None, volume=settings.volume, on_event=event_bridge.post)
    try:
        controller = open_window(session, event_bridge, catalogue, settings)
        QTimer.singleShot(0, lambda: controller.begin(first))
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: app.quit())
        app.aboutToQuit.connect(controller.close)
        return app.exec()
    finally:
        session.close()
        count = session.status().underruns
        log.debug("the latest take ends with %d underrun%s", count, "" if count == 1 else "s")


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


def open_window(
    session: Session,
    event_bridge: EventBridge,
    catalogue: Catalogue,
    settings: AppSettings,
    engine: str = "auto",
) -> Controller:
    """Build the window around a session and show it."""
    theme = THEMES[settings.theme]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, theme)
    actions = Actions()
    window = MainWindow(actions)
    window.set_theme(theme)
    window.restore_layout({name: settings.layout(name) for name in window.layout_state()})
    controller = Controller(window, actions, session, event_bridge, catalogue, settings, engine)
    window.show()
    return controller
