"""A/B: two takes at the same place, as loud as each other, by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.change_words import differences
from engine.files.loudness import BLOCK_SECONDS, integrated_loudness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.playhead import Playhead
    from app.controllers.take_selection import TakeSelection
    from engine.library.takes import Take

END_S = 0.1
NO_MARKS = "Mark two takes first, one as A and one as B"


class Compare(QObject):
    """``marked`` when a mark moved; ``switched`` carries the take that sounds now and what differs."""

    marked = Signal()
    switched = Signal(object, str)

    def __init__(
        self,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        playhead: Playhead,
        background: Background,
    ) -> None:
        super().__init__()
        self._actions, self._player, self._selection = actions, player, selection
        self._playhead, self._background = playhead, background
        self.marks = {"A": "", "B": ""}
        """Ids of the two takes."""
        self._loudness: dict[str, float] = {}
        """LUFS of takes, by id."""
        actions["mark_a"].triggered.connect(self._mark_a)
        actions["mark_b"].triggered.connect(self._mark_b)
        actions["compare"].triggered.connect(self.switch)
        self.show()

    def mark_of(self, take_id: str) -> str:
        """``A``, ``B`` or nothing."""
        return next((mark for mark, marked in self.marks.items() if marked == take_id), "")

    @Slot()
    def show(self) -> None:
        """Bring the actions up to date."""
        why_not = "" if self._selection.selected else "Select a take first"
        self._actions.allow("mark_a", why_not)
        self._actions.allow("mark_b", why_not)
        self._actions.allow("compare", "" if None not in self._both() else NO_MARKS)

    @Slot()
    def switch(self) -> None:
        """Play the other of the two, where the playhead stands."""
        a, b = self._both()
        if a is None or b is None:
            return
        one, other = (b, a) if self._sounding() == b.id else (a, b)
        if self._sounding() not in (a.id, b.id):
            one, other = b, a  # A comes first
        self._background.run(
            lambda: self._levelled(one, other), lambda sound: self._play(one, other, sound), self._failed
        )

    def _sounding(self) -> str:
        return self._playhead.take_id

    def _both(self) -> tuple[Take | None, Take | None]:
        return self._selection.store.find(self.marks["A"]), self._selection.store.find(self.marks["B"])

    def _levelled(self, one: Take, other: Take) -> NDArray[np.float32]:
        """The other's sound, not louder than the one's; what is too short or silent has no loudness."""
        for take in (one, other):
            if take.id not in self._loudness and take.seconds >= BLOCK_SECONDS:
                sound = take.samples().astype(np.float64)
                self._loudness[take.id] = integrated_loudness(sound, take.sample_rate)
        here, there = (self._loudness.get(take.id, -np.inf) for take in (other, one))
        gain = 10.0 ** (min(0.0, there - here) / 20.0) if np.isfinite([here, there]).all() else 1.0
        return other.samples() * np.float32(gain)

    def _play(self, one: Take, other: Take, sound: NDArray[np.float32]) -> None:
        start = round(self._playhead.seconds * other.sample_rate)
        if start > len(sound) - END_S * other.sample_rate:  # at the end there is nothing to hear
            start = 0
        self._playhead.place(other.id, start / other.sample_rate)
        self._selection.current = other.id
        self._player.play_take(other, start, self._playhead.loop(other.sample_rate), sound)
        a, b = self._both()
        self.switched.emit(other, f"{self.mark_of(other.id)}: {differences(a, b)}" if a and b else "")

    def _failed(self, why: str) -> None:
        self._player.refused.emit(why)

    @Slot()
    def _mark_a(self) -> None:
        self._mark("A")

    @Slot()
    def _mark_b(self) -> None:
        self._mark("B")

    def _mark(self, mark: str) -> None:
        take = self._selection.selected
        if take is None:
            return
        for other, marked in self.marks.items():
            if marked == take.id:
                self.marks[other] = ""
        self.marks[mark] = take.id
        self.marked.emit()
        self.show()
