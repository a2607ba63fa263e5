"""Where in which take the user is: what is clicked, heard, repeated, and gone on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from engine.library.takes import Take


class Playhead(QObject):
    """``moved`` when the place changes, ``loop_changed`` when the part that is repeated does."""

    moved = Signal()
    loop_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.take_id = ""
        """The take that it stands in; empty for the one that is being made, or none."""
        self.seconds = 0.0
        self.region: tuple[float, float] | None = None
        """(first, last) seconds of the part that was chosen."""
        self.looping = False

    def place(self, take_id: str, seconds: float) -> None:
        """Stand at a place; nothing happens where it stands there."""
        if (take_id, seconds) != (self.take_id, self.seconds):
            self.take_id, self.seconds = take_id, seconds
            self.moved.emit()

    def sample_in(self, take: Take) -> int | None:
        """The sample of a take that it stands at; None where it stands in another, or nowhere."""
        return round(self.seconds * take.sample_rate) if take.id == self.take_id else None

    def choose(self, region: tuple[float, float] | None, *, looping: bool) -> None:
        """Which part is repeated, and whether it is just now."""
        self.region, self.looping = region, looping and region is not None
        self.loop_changed.emit()

    def loop(self, sample_rate: int) -> tuple[int, int] | None:
        """(first, after) in samples of what is repeated now; None where nothing is."""
        if not self.looping or self.region is None:
            return None
        first, last = self.region
        return round(first * sample_rate), round(last * sample_rate)
