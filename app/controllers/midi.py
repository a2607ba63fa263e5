"""MIDI inputs in the window: the indicator, the menu, and what is told of an input that goes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from app.controllers.reporter import Reporter
from app.widgets.midi_button import LISTENING, NONE, NOTHING, PLAYED
from engine.music.midi_inputs import MidiInputs

if TYPE_CHECKING:
    from app.panels.top import TopBar
    from app.settings import AppSettings
    from engine.stream.session import Session

LIT_S = 0.15
"""Seconds that the indicator stays lit after something was played."""


class MidiController(Reporter):
    """Keys go from an input's thread to the session at once; the window only looks."""

    _lost = Signal(str)

    def __init__(
        self,
        top: TopBar,
        session: Session,
        settings: AppSettings,
        inputs: MidiInputs | None = None,
    ) -> None:
        """``inputs``: others than the system's."""
        super().__init__()
        self._button, self._menu, self._settings = top.midi, top.midi_menu, settings
        self.inputs = inputs or MidiInputs(session.play_keys, self._lost.emit)
        self._lost.connect(self._tell)
        self._choose(settings.midi_input)
        self._menu.aboutToShow.connect(self._list)
        self._menu.chosen.connect(self._choose)
        self._menu.rescan_asked.connect(self.inputs.look_again)

    def start(self) -> None:
        """Begin to listen."""
        self.inputs.start()

    def stop(self) -> None:
        """Let all inputs go. Can be called twice."""
        self.inputs.close()

    def look(self, why_not: str) -> None:
        """Light the indicator up, or not; ``why_not`` says why keys lead nothing, if that is so."""
        at, names = self.inputs.played_at, self.inputs.open
        lit = at is not None and time.monotonic() - at < LIT_S
        lit = lit or bool(self.inputs.held)
        state = PLAYED if lit else LISTENING if names else NOTHING
        self._button.show_state(state, ", ".join(names), why_not)

    @Slot()
    def _list(self) -> None:
        self._menu.show_inputs(self.inputs.names, self._settings.midi_input, self.inputs.why_none)

    @Slot(str)
    def _choose(self, name: str) -> None:
        self._settings.midi_input = name
        self.inputs.choose(None if name == NONE else name)

    @Slot(str)
    def _tell(self, text: str) -> None:
        self.reported.emit(text, "warning")
