"""The instrument without its window: presets and models, the session, and what it tells a window to come.

Nothing here paints, so that it can play before Qt's widgets are imported.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.settings import AppSettings
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders, takes_folder
from engine.library.presets import Preset, PresetLibrary, new_seed
from engine.library.previews import audition_folder
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Event, Failed, Finished, Notice, Request, Started
from engine.stream.narration.equipment import Equipment, find_equipment
from engine.stream.session import Session

log = logging.getLogger(__name__)


@dataclass
class Instrument:
    """Presets, models and a session, for one window."""

    session: Session
    catalogue: Catalogue
    events: EventBridge
    """What the session tells."""
    writer: TakeWriter | None = None
    """What has takes on the disk; without it they end with the window."""
    speech: Equipment | None = None
    """What says texts, if it is installed."""
    first: Preset | None = None
    """The preset to begin with; None for that of last time."""
    playing: Request | None = None
    """What was asked to play before there was a window."""
    sounds: threading.Event = field(default_factory=threading.Event)
    """Set once that begins to sound, or cannot."""

    @classmethod
    def open(cls, settings: AppSettings, play: str | None = None) -> Instrument:
        """Open the sound card, and begin to play the preset named ``play``, if one is.

        A preset that brings a score or says a recording only has its model made ready: the window reads
        what it brings. Raises StudioError, before anything is opened, where there is no such preset.
        """
        catalogue = Catalogue(
            ModelLibrary(model_folders()), PresetLibrary(preset_folders()), audition_folder()
        )
        first = catalogue.find(play) if play else None
        events, sounds = EventBridge(), threading.Event()

        def tell(event: Event) -> None:
            events.post(event)
            if isinstance(event, (Started, Failed)):
                sounds.set()

        writer = TakeWriter(
            TakeFolder(takes_folder()), lambda take: tell(Finished(take)), lambda text: tell(Notice(text))
        )
        session = Session(
            device=settings.device or None, volume=settings.volume, on_event=tell, writer=writer
        )
        instrument = cls(session, catalogue, events, writer, find_equipment(), first, sounds=sounds)
        if first is not None and not catalogue.why_not(first):
            instrument._begin(first)
        return instrument

    def wait_for_sound(self, seconds: float) -> None:
        """Wait until what was asked for begins to sound, or cannot, but no longer than this."""
        if self.playing is not None:
            self.sounds.wait(seconds)

    def close(self) -> None:
        """Stop everything, and log how often the latest take ran dry."""
        self.session.close()
        if self.writer is not None:
            self.writer.close()
        count = self.session.status().underruns
        log.debug("the latest take ends with %d underrun%s", count, "" if count == 1 else "s")

    def _begin(self, preset: Preset) -> None:
        seed = new_seed() if preset.seed is None else preset.seed
        request = Request(self.catalogue.loader(preset), preset, preset.params(), seed)
        if preset.score is None and not self.catalogue.says(preset):
            self.playing = request
            self.session.play(request)
        else:
            self.session.prepare(request)
