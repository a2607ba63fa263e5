"""Choosing among takes that were made together: the arrow keys hear the next one at the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.reporter import Reporter

if TYPE_CHECKING:
    from app.controllers.player import Player
    from app.controllers.takes import TakeController
    from app.panels.takes import TakePanel
    from engine.library.takes import Take

END_S = 0.1
"""Nearer to a take's end there is nothing to be heard: it begins again."""


class Audition(Reporter):
    """While one of a group sounds, selecting another of it plays that from the same place."""

    def __init__(
        self,
        panel: TakePanel,
        takes: TakeController,
        player: Player,
        play: Callable[[Take, float], object],
    ) -> None:
        """``play`` is to play a take from so many seconds on."""
        super().__init__()
        self._takes, self._player, self._play = takes, player, play
        panel.selected.connect(self._selected)
        panel.list.keep_asked.connect(self._keep)
        takes.silenced.connect(self._go_on)

    @Slot(str)
    def _selected(self, take_id: str) -> None:
        sounding, take = self._player.sounding, self._takes.store.find(take_id)
        if sounding is not None and take is not None and take.id != sounding[0].id:
            self._follow(*sounding, take)

    @Slot(str)
    def _keep(self, take_id: str) -> None:
        take = self._takes.store.find(take_id)
        if take is not None:
            if not take.starred:
                self._takes.toggle_star(take_id)
            self.reported.emit(f"“{take.name}” is kept: it has a star. Delete drops the others", "info")

    @Slot(object, float)
    def _go_on(self, silenced: Take, seconds: float) -> None:
        """What sounded was dropped: its neighbour sounds."""
        take = self._takes.selection.selected
        if take is not None:
            self._follow(silenced, seconds, take)

    def _follow(self, sounding: Take, seconds: float, take: Take) -> None:
        if take.group and take.group == sounding.group:
            self._play(take, seconds if seconds < take.seconds - END_S else 0.0)
