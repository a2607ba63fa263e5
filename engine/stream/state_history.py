"""States of a stream that are kept while it runs, so that a branch of it need not hear its past again.

A music model looks back 2 s, which take 0.5 s to hear; from a state nearby it is a few hundredths.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from engine.kernels.base import Kernel, Snapshot

APART_S = 0.25
"""Seconds of sound between two states."""
MOST_BYTES = 1 << 27
"""What the states of a stream may take together, as ``ModelConfig.stream_bytes`` reckons."""
MOST_STATES = 256
MOST_TAKES = 2
"""Takes whose states are kept: that of the stream that plays and the one before it."""


class PastState(NamedTuple):
    """How a stream stood."""

    position: int
    """Samples primed or drawn by then."""
    snapshot: Snapshot


class StateHistory:
    """States of one take. One thread keeps them while another looks for them."""

    def __init__(self, kernel: Kernel, states: tuple[PastState, ...] = (), best_factor: float = 0.0) -> None:
        self.kernel = kernel
        """The one to which they belong: no other can read them."""
        self.best_factor = best_factor
        """Seconds of audio per second of work in the quickest block of the stream; 0 where unknown."""
        self._states = states
        self._most = min(MOST_STATES, MOST_BYTES // max(1, kernel.config.stream_bytes))
        self._apart = round(APART_S * kernel.config.sample_rate)

    def due(self, position: int) -> bool:
        """Whether it is time to keep a state."""
        return self._most > 0 and all(position - past.position >= self._apart for past in self._states[-1:])

    def keep(self, position: int, snapshot: Snapshot) -> None:
        """Keep a state; the one that was kept first gives way where they are too many."""
        self._states = (*self._states, PastState(position, snapshot))[-self._most :] if self._most else ()

    def forget(self, position: int) -> None:
        """Let what came after ``position`` never have been."""
        self._states = self._until(position)

    def latest(self, position: int) -> PastState | None:
        """The last state at or before ``position``."""
        return max(self._until(position), key=lambda past: past.position, default=None)

    def soonest(self, position: int) -> int:
        """Where a stream can go on at once, up to half a second before ``position``; else that itself."""
        past = self.latest(position)
        return past.position if past and position - past.position <= 2 * self._apart else position

    def branch(self, position: int) -> StateHistory:
        """The states of a stream that is the same up to ``position``."""
        return StateHistory(self.kernel, self._until(position), self.best_factor)

    def _until(self, position: int) -> tuple[PastState, ...]:
        return tuple(past for past in self._states if past.position <= position)


class StatesByTake:
    """The states of the latest takes."""

    def __init__(self) -> None:
        self._takes: OrderedDict[str, StateHistory] = OrderedDict()

    def add(self, take_id: str, states: StateHistory) -> None:
        """Keep those of a take; those of the take that was asked for longest ago go."""
        self._takes[take_id] = states
        self._takes.move_to_end(take_id)
        while len(self._takes) > MOST_TAKES:
            self._takes.popitem(last=False)

    def of(self, take_id: str, kernel: Kernel) -> StateHistory:
        """Those of a take that ``kernel`` can read; none where there are none yet."""
        states = self._takes.get(take_id)
        return states if states is not None and states.kernel is kernel else StateHistory(kernel)
