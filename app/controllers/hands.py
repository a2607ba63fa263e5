"""What is played by hand: the computer's keys, MIDI inputs, and the notes that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.keys import KeysController
from app.controllers.midi import MidiController
from app.controllers.played_notes import PlayedNotes
from app.controllers.reporter import Reporter

if TYPE_CHECKING:
    from app.controllers.toolbox import Owner
    from engine.stream.messages import Status
    from engine.stream.session import Session


class Hands(Reporter):
    """Owns these controllers; ``frame`` has them look at the session."""

    def __init__(self, owner: Owner, session: Session) -> None:
        super().__init__()
        window, actions, player, settings = owner.window, owner.actions, owner.player, owner.settings
        self._piano = window.stage.keys.piano
        self.keys = KeysController(window.stage, actions, player, session, owner.catalogue)
        self.midi = MidiController(window.top, session, settings)
        self.notes = PlayedNotes(
            window.stage, actions, player, owner.takes.selection, session, settings, owner.background
        )
        for teller in (self.keys, self.midi, self.notes):
            teller.reported.connect(self.reported)
        owner.takes.changed.connect(self.notes.show)

    def stop(self) -> None:
        """Play no more. Can be called twice."""
        self.keys.stop()
        self.midi.stop()

    @Slot(object)
    def frame(self, status: Status) -> None:
        """Show what is held and played, 30 times a second."""
        self.midi.look(self.keys.why_not)
        self.notes.frame(status)
        if self.keys.armed:
            self._piano.show_held(self.keys.held | self.midi.inputs.held)
