"""What was changed in a stream, and from which sample on that holds."""

from __future__ import annotations

from collections.abc import Iterable

from engine.library.control_events import ControlEvent, changes
from engine.stream.controls import Change
from engine.wavenet.config import GenerationParams


class ControlLog:
    """The changes of one stream, in order."""

    def __init__(self, params: GenerationParams, events: Iterable[ControlEvent] = ()) -> None:
        """``params``: those that hold now; ``events``: what changed until then."""
        self._changes = [Change(0, params, None)]
        self._events = list(events)

    @property
    def latest(self) -> Change:
        """What took hold last."""
        return self._changes[-1]

    @property
    def events(self) -> tuple[ControlEvent, ...]:
        """All of it."""
        return tuple(self._events)

    def note(self, sample: int, params: GenerationParams, moved_at: float | None) -> None:
        """Let ``params`` hold from ``sample`` on, and nothing have changed after it."""
        self.forget(sample)
        before = self.latest.params
        if before is not params:
            self._events.extend(changes(sample, before, params))
            self._changes.append(Change(sample, params, moved_at))

    def forget(self, sample: int) -> None:
        """Let nothing have changed after ``sample``."""
        self._events = [event for event in self._events if event.sample <= sample]
        while self.latest.sample > sample:
            self._changes.pop()
