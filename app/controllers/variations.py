"""Several takes in one go: made aside while what plays goes on, then chosen from in the list."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from app.controllers.branch_requests import branch, why_not_on
from app.controllers.making import Making, list_made
from app.controllers.reporter import Reporter
from app.controllers.start_request import NO_PRESET, reading, start_request, why_not_start
from app.dialogs.variations import VariationChoice, VariationDialog
from app.look.time_text import format_time
from engine.library.presets import new_seed
from engine.library.take_store import written
from engine.stream.variations import make_variations

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.player import Player
    from app.controllers.takes import TakeController
    from app.panels.takes import TakePanel
    from engine.library.takes import Take
    from engine.stream.messages import Request

TEXT = "A text has no variations from its beginning: make them on from a place in a take that says it"
READING = "The score or the recording is still being read; try again in a moment"


class VariationController(Reporter):
    """Between the dialog, the thread that makes takes, and the list."""

    made = Signal(str)
    """What came into the list, in words."""

    def __init__(
        self,
        panel: TakePanel,
        actions: Actions,
        player: Player,
        takes: TakeController,
        catalogue: Catalogue,
        making: Making,
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._player, self._takes = panel, actions, player, takes
        self._catalogue, self._making = catalogue, making
        self.place: Callable[[Take], int | None] = lambda take: None
        """The sample of a take at which the playhead stands; None where it stands nowhere in it."""
        self._choice = VariationChoice()
        self._first = ""
        """Id of the first of those that were made last."""
        actions["variations"].triggered.connect(self.ask)
        making.changed.connect(self.show)
        player.preset_changed.connect(self.show)
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring the actions up to date."""
        no_preset = "" if self._player.preset else NO_PRESET
        self._actions.allow("variations", self._making.why_not or no_preset)

    @Slot()
    def ask(self) -> None:
        """Ask how many, how long and from where, then make them."""
        preset = self._player.preset
        if preset is None:
            return
        place = self._place()
        words = f"“{place[0].name}”, on from {format_time(place[1] / place[0].sample_rate)}" if place else ""
        dialog = VariationDialog(
            f"“{preset.name}”, from its beginning", words, self._choice, self._panel.window()
        )
        if dialog.exec():
            self._choice = dialog.choice
            self.make(dialog.choice)
        dialog.deleteLater()

    def make(self, choice: VariationChoice) -> None:
        """Make them aside, with the settings of now."""
        player, catalogue, place = self._player, self._catalogue, self._place()
        preset = player.preset
        why_not = why_not_start(player, catalogue) or (READING if reading(player) else "")
        if preset is None or why_not:
            self.reported.emit(why_not, "warning")
            return
        seeds = [new_seed() for _ in range(choice.count)]
        if choice.from_playhead and place is not None:
            take, sample, params, engine = *place, player.params, player.engine

            def request() -> Request:  # the take's samples may lie on the disk
                return branch(take, sample, params, seeds[0], catalogue, engine)

        else:
            if player.speech.on:
                self.reported.emit(TEXT, "warning")
                return
            asked = start_request(player, preset, seeds[0], catalogue)

            def request() -> Request:
                return asked

        folder = self._takes.store.folder

        def work(proceed: Callable[[float], bool]) -> list[Take]:
            threads = max(1, (os.cpu_count() or 1) - 1)  # one core stays for what plays
            made = make_variations(request(), seeds, choice.seconds, proceed, threads)
            return written(folder, made)

        self._panel.front_asked.emit()
        self._making.start(f"{choice.count} variations", work, self._done, self._failed)

    @Slot()
    def listen(self) -> None:
        """Bring what was made last to the front, and play the first of it."""
        self._panel.front_asked.emit()
        self._panel.list.setFocus()
        take = self._takes.store.find(self._first)
        if take is not None:
            self._takes.play(take.id)

    def _place(self) -> tuple[Take, int] | None:
        """The selected take and the sample of it from which on there can be other futures."""
        take = self._takes.selection.selected
        sample = self.place(take) if take is not None else None
        if take is None or sample is None or not 0 < sample < take.length:
            return None
        return None if why_not_on(take, self._player.preset, self._catalogue) else (take, sample)

    def _done(self, takes: list[Take]) -> None:
        if not takes:
            self.reported.emit("The variations are cancelled; none was kept", "info")
            return
        first = list_made(takes, self._takes, self._panel)
        self._first = first.id
        self.made.emit(f"{len(takes)} variations are in Takes, from “{first.name}” on")

    def _failed(self, why: str) -> None:
        self.reported.emit(f"No variations: {why}", "error")
