"""States of a stream that are kept while it runs, so that a branch of it need not hear its past again.

A music model looks back 2 s, which take 0.5 s to hear; from a state nearby it is a few hundredths.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from engine.kernels.base import Kernel, Snapshot

APART_S = 0.25
"""Seconds of sound between two states, …"""
THINNED_S = 1.0
"""… and at most between two of those that are left where there is no room for all."""
NEAR_S = 0.5
"""Seconds from a place that is not meant to the sample in which a state may do for it."""
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
        self._wanted = -1
        """Position of the state that was found last: it stays until a stream has gone on from it."""
        self._most = min(MOST_STATES, MOST_BYTES // max(1, kernel.config.stream_bytes))
        rate = kernel.config.sample_rate
        self._apart, self._thinned, self._near = (round(s * rate) for s in (APART_S, THINNED_S, NEAR_S))

    def due(self, position: int) -> bool:
        """Whether it is time to keep a state."""
        return self._most > 0 and all(position - past.position >= self._apart for past in self._states[-1:])

    def keep(self, position: int, snapshot: Snapshot) -> None:
        """Keep a state; where they are too many, the one that is missed least gives way."""
        if not self._most:
            return
        new = PastState(position, snapshot)
        states = sorted((*self._states, new), key=lambda past: past.position)
        if len(states) > self._most:
            del states[self._least_missed(states, new)]
        self._states = tuple(states)

    def _least_missed(self, states: list[PastState], new: PastState) -> int:
        """Index of the first one that leaves no gap of more than ``THINNED_S``, else of the first of all."""
        for index in range(1, len(states) - 1):
            gap = states[index + 1].position - states[index - 1].position
            if self._may_go(states[index], new) and gap <= self._thinned:
                return index
        return next((index for index, past in enumerate(states) if self._may_go(past, new)), 0)

    def _may_go(self, past: PastState, new: PastState) -> bool:
        return past is not new and past.position != self._wanted

    def forget(self, position: int) -> None:
        """Let what came after ``position`` never have been."""
        self._states = self._until(position)

    def latest(self, position: int) -> PastState | None:
        """The last state at or before ``position``."""
        return max(self._until(position), key=lambda past: past.position, default=None)

    def soonest(self, position: int, after: int = 0) -> int:
        """Where a stream can go on at once nearest to ``position``, else that itself.

        Up to half a second before it, or ``after`` samples after it, if that is less.
        """
        off = [past.position - position for past in self._states]
        near = [samples for samples in off if -self._near <= samples <= min(after, self._near)]
        self._wanted = position + min(near, key=abs, default=0)
        return self._wanted

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
        """Those of a take that ``kernel`` can read, else none; it counts as asking for the take."""
        states = self._takes.get(take_id)
        if states is None or states.kernel is not kernel:
            return StateHistory(kernel)
        self._takes.move_to_end(take_id)  # who branches off a take does so again
        return states
