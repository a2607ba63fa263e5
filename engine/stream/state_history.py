"""States of streams that are kept, so that a branch need not hear all of its past again.

A music model looks back 2 s, which take 0.3 s to hear; from a state nearby it is a few hundredths.
"""

from __future__ import annotations

import math
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import RLock
from typing import NamedTuple

from engine.kernels.base import Kernel, Snapshot

APART_S = 0.25
"""Seconds of sound between two states as they are kept at first."""
NEAR_S = 0.5
"""Seconds from a place that is not meant to the sample in which a state may do for it."""
SHARE = 32
"""The states of all takes together may take as much as this part of the computer's memory, …"""
LEAST_BYTES, MOST_BYTES = 1 << 27, 1 << 29
"""… but not less nor more: of 8 GiB that is room for 62 of the music model, its last 46 s."""
MOST_STATES = 256
MOST_TAKES = 32
"""Takes whose states are kept, as far as there is room for them."""
THINNED_S = 0.75
"""Seconds between two states, at most, that are left where there is no room for all."""
TAKE_S = 30.0
"""Each take that was asked for since makes the states of one as old as if so much had followed."""


def room_of(memory: int) -> int:
    """Bytes that states may take on a computer with so many bytes of memory."""
    return min(max(memory // SHARE, LEAST_BYTES), MOST_BYTES)


def memory_of_this_computer() -> int:
    """Its bytes, used or not; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0


class Missed(NamedTuple):
    """How much a state would be missed; the least of all gives way."""

    wanted: bool
    """Whether a stream is about to go on from it."""
    leaves_gap: bool
    """Whether those beside it would lie more than ``THINNED_S`` apart: then the oldest goes."""
    gap_s: float
    """Seconds between them otherwise: so all lie about as far apart."""
    youth_s: float
    """Minus its age in seconds, counted from the end of its take."""


class PastState(NamedTuple):
    """How a stream stood."""

    position: int
    """Samples primed or drawn by then."""
    snapshot: Snapshot


class StateHistory:
    """States of one take, in order. One thread keeps them while another looks for them."""

    def __init__(self, kernel: Kernel, states: tuple[PastState, ...] = (), best_factor: float = 0.0) -> None:
        self.kernel = kernel
        """The one to which they belong: no other can read them."""
        self.best_factor = best_factor
        """Seconds of audio per second of work in the quickest block of the stream; 0 where unknown."""
        self.room = Room()
        """What bounds them, with those of other takes."""
        self._states = states
        self._wanted = -1
        """Position of the state that was found last: it stays until a stream has gone on from it."""
        rate = kernel.config.sample_rate
        self.apart, self._near = round(APART_S * rate), round(NEAR_S * rate)
        self._field = kernel.config.receptive_field
        self.useful = self.apart < self._field and kernel.snapshot_bytes <= LEAST_BYTES
        """Whether any are kept: not where all that a model looks back is heard as soon."""

    @property
    def states(self) -> tuple[PastState, ...]:
        """All that there are."""
        return self._states

    def due(self, position: int) -> bool:
        """Whether it is time to keep a state."""
        return self.useful and all(position - past.position >= self.apart for past in self._states[-1:])

    def keep(self, position: int, snapshot: Snapshot) -> None:
        """Keep a state; where all takes have too many, the one that is missed least gives way."""
        if not self.useful:
            return
        new = PastState(position, snapshot)
        with self.room.lock:
            others = (past for past in self._states if past.position != position)
            self._states = tuple(sorted((*others, new), key=lambda past: past.position))
            self.room.thin(self, new)

    def drop(self, past: PastState) -> None:
        """Let a state go, if it is among them."""
        self._states = tuple(own for own in self._states if own is not past)

    def forget(self, position: int) -> None:
        """Let what came after ``position`` never have been."""
        with self.room.lock:
            self._states = self._until(position)

    def latest(self, position: int) -> PastState | None:
        """The last state at or before ``position``."""
        return max(self._until(position), key=lambda past: past.position, default=None)

    def helpful(self, position: int) -> PastState | None:
        """The same, if less is to be heard from there on than all that the model looks back."""
        found = self.latest(position)
        return found if found is not None and position - found.position < self._field else None

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

    def missed(self, older_s: float) -> Iterator[tuple[Missed, PastState]]:
        """How much each state would be missed, in a take that counts as ``older_s`` seconds older."""
        rate = self.kernel.config.sample_rate
        end = self._states[-1].position if self._states else 0
        around = [0, *(past.position for past in self._states), math.inf]
        for past, before, after in zip(self._states, around[:-2], around[2:], strict=True):
            gap_s = (after - before) / rate
            age_s = older_s + (end - past.position) / rate
            leaves_gap = gap_s > THINNED_S
            wanted = past.position == self._wanted
            yield Missed(wanted, leaves_gap, 0.0 if leaves_gap else gap_s, -age_s), past

    def _until(self, position: int) -> tuple[PastState, ...]:
        return tuple(past for past in self._states if past.position <= position)


class Room:
    """How much memory states may take, and the histories that share it."""

    def __init__(self, most_bytes: int = LEAST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.lock = RLock()
        """Holds while any of its histories changes."""
        self.histories: Sequence[StateHistory] = ()
        """Those asked for last come last."""

    def thin(self, changed: StateHistory, new: PastState) -> None:
        """Drop, of all but ``new``, those that are missed least, until the others fit."""
        histories = self.histories if any(changed is each for each in self.histories) else [changed]
        while self._is_full(histories):
            found: dict[int, tuple[Missed, PastState]] = {}
            for rank, history in enumerate(reversed(histories)):
                for missed, past in history.missed(TAKE_S * rank):
                    known = found.get(id(past))
                    if past is not new and (known is None or known[0] < missed):
                        found[id(past)] = missed, past
            if not found:
                return
            _, least = min(found.values(), key=lambda pair: pair[0])
            for history in histories:
                history.drop(least)

    def _is_full(self, histories: Sequence[StateHistory]) -> bool:
        """Branches share states with what they branch off: each counts once."""
        sizes = {id(past): history.kernel.snapshot_bytes for history in histories for past in history.states}
        return len(sizes) > MOST_STATES or sum(sizes.values()) > self.most_bytes


class StatesByTake:
    """The states of the latest takes, those of the stream that plays too. For any thread."""

    def __init__(self, most_bytes: int = LEAST_BYTES) -> None:
        self._takes: OrderedDict[str, StateHistory] = OrderedDict()
        self._room = Room(most_bytes)

    def add(self, take_id: str, states: StateHistory) -> None:
        """Keep those of a take; those of the take that was asked for longest ago go where it is crowded."""
        with self._room.lock:
            states.room = self._room
            self._takes[take_id] = states
            self._use(take_id)

    def of(self, take_id: str, kernel: Kernel) -> StateHistory:
        """Those of a take that ``kernel`` can read, else none; it counts as asking for the take."""
        with self._room.lock:
            states = self._takes.get(take_id)
            if states is None or states.kernel is not kernel:
                return StateHistory(kernel, best_factor=self._best_factor(kernel))
            self._use(take_id)  # who branches off a take does so again
            return states

    def _use(self, take_id: str) -> None:
        self._takes.move_to_end(take_id)
        while len(self._takes) > MOST_TAKES:
            self._takes.popitem(last=False)
        self._room.histories = tuple(self._takes.values())

    def _best_factor(self, kernel: Kernel) -> float:
        """What is known of its speed from other takes."""
        known = [states.best_factor for states in self._takes.values() if states.kernel is kernel]
        return max(known, default=0.0)
