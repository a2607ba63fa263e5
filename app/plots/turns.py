"""The pictures of a window that is resized are drawn anew one after the other, and meanwhile stretched."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimerEvent

BETWEEN_MS = 16
"""From one turn to the next: what else the window's thread has to do comes in between."""


class Redrawn(Protocol):
    """What can be drawn anew."""

    def catch_up(self) -> None:
        """Draw what has another size than its picture."""


class Turns(QObject):
    """One picture a turn, in the order in which they asked; however often one asks, it has one turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Redrawn, None] = {}
        self._timer: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether any is still to have its turn."""
        return bool(self._waiting)

    def ask(self, plot: Redrawn) -> None:
        """Let a picture have its turn."""
        self._waiting[plot] = None
        if self._timer is None:
            self._timer = self.startTimer(BETWEEN_MS)

    def leave(self, plot: Redrawn) -> None:
        """A picture that is hidden needs no turn. With a window all of its pictures leave."""
        self._waiting.pop(plot, None)
        self._rest()

    def timerEvent(self, event: QTimerEvent) -> None:
        plot = next(iter(self._waiting))
        del self._waiting[plot]
        self._rest()  # before it draws: a window that goes meanwhile takes this along
        plot.catch_up()

    def _rest(self) -> None:
        """Nothing is left to be told of once nobody waits."""
        if self._timer is not None and not self._waiting:
            self.killTimer(self._timer)
            self._timer = None
