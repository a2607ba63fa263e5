"""What is behind the window: presets and models, the session, and the controllers that connect them.

Its modules take as long to import as Qt's, so that only ``bootstrap`` imports this, once there is time.
"""

from __future__ import annotations

import logging

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.settings import AppSettings
from app.window import MainWindow
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders, takes_folder
from engine.library.presets import PresetLibrary
from engine.library.previews import audition_folder
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Finished, Notice, Request
from engine.stream.session import Session

log = logging.getLogger(__name__)


class Assembly:
    """The instrument without its window, until it is connected to one."""

    def __init__(self, settings: AppSettings, play: str | None = None) -> None:
        """Open the sound card, and get the model of the preset named ``play`` ready, if one is.

        Raises StudioError, before anything is opened, where there is no such preset.
        """
        self._settings = settings
        self._catalogue = Catalogue(
            ModelLibrary(model_folders()), PresetLibrary(preset_folders()), audition_folder()
        )
        self._first = self._catalogue.find(play) if play else None
        self._event_bridge = EventBridge()
        self._controller: Controller | None = None
        post = self._event_bridge.post
        self._writer = TakeWriter(
            TakeFolder(takes_folder()), lambda take: post(Finished(take)), lambda text: post(Notice(text))
        )
        self._session = Session(
            device=settings.device or None, volume=settings.volume, on_event=post, writer=self._writer
        )
        if self._first is not None and not self._catalogue.why_not(self._first):
            loader = self._catalogue.loader(self._first)
            self._session.prepare(Request(loader, self._first, self._first.params(), seed=0))

    def connect(self, window: MainWindow, actions: Actions) -> None:
        """Let the window play this instrument; begin with the preset that was asked for."""
        self._controller = Controller(
            window,
            actions,
            self._session,
            self._event_bridge,
            self._catalogue,
            self._settings,
            writer=self._writer,
        )
        self._controller.begin(self._first)

    def close(self) -> None:
        """Stop everything, remember how things were, and log how often the latest take ran dry."""
        if self._controller is not None:
            self._controller.close()
        self._session.close()
        self._writer.close()
        count = self._session.status().underruns
        log.debug("the latest take ends with %d underrun%s", count, "" if count == 1 else "s")
