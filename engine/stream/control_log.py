"""What was changed in a stream, and from which sample on that holds."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

from engine.library.control_events import ControlEvent, changes
from engine.library.played_keys import is_key
from engine.stream.controls import Change
from engine.wavenet.config import GenerationParams

LOOKED_BACK = 1 << 17
"""Samples: more than is ever taken back."""


class ControlLog:
    """The changes of one stream, in order."""

    def __init__(self, params: GenerationParams, events: Iterable[ControlEvent] = ()) -> None:
        """``params``: those that hold now; ``events``: what changed until then."""
        self._changes = deque([Change(0, params, None)])
        """Without those that are older than anything that is taken back."""
        self._events = sorted(events, key=lambda event: event.sample)
        self._told = 0
        """How many of the events ``news`` has told, and still hold."""

    @property
    def latest(self) -> Change:
        """What took hold last."""
        return self._changes[-1]

    @property
    def events(self) -> tuple[ControlEvent, ...]:
        """All of it."""
        return tuple(self._events)

    def news(self) -> tuple[int, tuple[ControlEvent, ...]]:
        """How many of the events that were told the last time still hold, and those that came since."""
        kept, self._told = self._told, len(self._events)
        return kept, tuple(self._events[kept:])

    def note(self, sample: int, params: GenerationParams, moved_at: float | None) -> None:
        """Let ``params`` hold from ``sample`` on, and no others after it."""
        self.forget(sample)
        before = self.latest.params
        if before is not params:
            self._add(changes(sample, before, params))
            self._changed(Change(sample, params, moved_at))

    def note_keys(self, events: Sequence[ControlEvent], played_at: float) -> None:
        """Keys were played, all at one sample, and not before any other that were."""
        self._add(events)
        self._changed(Change(events[0].sample, self.latest.params, played_at))

    def forget(self, sample: int) -> None:
        """Let no other parameters hold after ``sample``; keys that are played later stay where they are."""
        first = bisect_right(self._events, sample, key=lambda event: event.sample)
        later = [event for event in self._events[first:] if is_key(event)]
        if len(later) < len(self._events) - first:
            self._events[first:] = later
            self._told = min(self._told, first)
        while self.latest.sample > sample:
            self._changes.pop()

    def _add(self, events: Sequence[ControlEvent]) -> None:
        """Put ``events``, all at one sample, behind those that come no later."""
        if events:
            place = bisect_right(self._events, events[0].sample, key=lambda event: event.sample)
            self._events[place:place] = events
            self._told = min(self._told, place)

    def _changed(self, change: Change) -> None:
        self._changes.append(change)
        while len(self._changes) > 1 and self._changes[1].sample < change.sample - LOOKED_BACK:
            self._changes.popleft()
