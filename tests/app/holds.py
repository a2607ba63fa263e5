"""When the window's thread could not do a thing, for how long, and where it stood meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer

from tests.app.lookout import Lookout
from tests.stalls import Stalls, Waiting

TICK_MS = 5
MOST_WORDS = 100
"""Holds whose place is kept: what watches memory must not take it."""


@dataclass(frozen=True)
class Hold:
    """The thread was held from ``start`` to ``end`` on ``time.monotonic``."""

    start: float
    end: float
    not_let: float
    """Seconds of these in which it could have run and was not let."""
    where: str
    """Its calls once it had lasted too long; empty where nobody else was let to look."""

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def machine(self, stalls: Stalls) -> float:
        """Seconds of it that the machine is to blame for."""
        return max(stalls.between(self.start, self.end), self.not_let)


class Holds:
    """Notes each that lasts longer than ``longest_s``, from now on until ``stop``. On the window's thread."""

    def __init__(self, longest_s: float) -> None:
        self.found: list[Hold] = []
        self.longest = 0.0
        """Seconds."""
        self._longest_s = longest_s
        self._waiting = Waiting()
        self._last, self._kept = time.monotonic(), self._waiting.seconds()
        self._lookout = Lookout(longest_s)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._lookout.stop()

    def _tick(self) -> None:
        now, kept = time.monotonic(), self._waiting.seconds()
        start = self._last + TICK_MS / 1000.0
        self.longest = max(self.longest, now - start)
        where = self._lookout.touch()
        if now - start > self._longest_s:
            told = where if len(self.found) < MOST_WORDS else ""
            self.found.append(Hold(start, now, kept - self._kept, told))
        self._last, self._kept = time.monotonic(), kept
