"""The codes of a stream that runs: the last seconds in memory, and all of them on their way to the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.library.spoken_texts import Saying
from engine.library.take_journal import Record
from engine.library.take_recording import Recording
from engine.stream.control_log import ControlLog
from engine.wavenet.codes import Codes

HELD_S = 16.0
"""Seconds that stay in memory at least: more than is ever taken back or looked at."""
PUT_S = 0.1
"""Seconds that are put into the journal at a time."""


class Tape:
    """Grows and shrinks at its end. Without a recording all of it stays in memory. For one thread."""

    def __init__(self, kind: type[np.integer[Any]], sample_rate: int) -> None:
        self._chunks: deque[Codes] = deque()
        self._kind = kind
        self._first = self._end = 0
        self._held, self._least = round(HELD_S * sample_rate), round(PUT_S * sample_rate)
        self._recording: Recording | None = None
        self._start = 0
        """Where what the recording does not have yet begins."""
        self.sayings: list[Saying] = []
        """What the stream was going to say, where it says a text; for its owner to append to."""
        self._said = 0
        """So many of them the recording has."""

    def __len__(self) -> int:
        """Samples there are, those included that are no longer in memory."""
        return self._end

    @property
    def recording(self) -> Recording | None:
        """Where it goes, if anywhere."""
        return self._recording

    def append(self, codes: Codes) -> None:
        """Go on with ``codes`` [n], which nobody changes any more."""
        if len(codes):
            self._chunks.append(codes)
            self._end += len(codes)

    def drop(self, n: int) -> Codes:
        """Take the last ``n`` samples off; returns them. Raises ValueError where they are not in memory."""
        if n > self._end - self._first:
            raise ValueError(f"{n} samples back is further than the memory of the take goes")
        dropped = []
        self._end -= n
        self._start = min(self._start, self._end)
        while n:
            last = self._chunks.pop()
            if len(last) > n:
                self._chunks.append(last[: len(last) - n])
            dropped.append(last[-n:])
            n -= len(dropped[-1])
        return np.concatenate(dropped[::-1]) if dropped else np.empty(0, self._kind)

    def last(self, n: int) -> Codes:
        """The last ``n`` samples. Raises ValueError where they are not in memory."""
        return self._from(self._end - n)

    def reader(self, n: int) -> Callable[[], Codes]:
        """What reads the first ``n`` samples as they are now: slow, for any thread, whenever it has time.

        The recording has what is no longer in memory: where it cannot be read, it raises StudioError.
        """
        recording, saved, chunks = self._recording, min(self._first, n), tuple(self._chunks)

        def read() -> Codes:
            before = recording.codes(saved) if recording and saved else np.empty(0, self._kind)
            return np.concatenate([before, *chunks])[:n] if n > saved else before

        return read

    def record(self, recording: Recording) -> None:
        """Let the recording have all of it, and all that is still to come."""
        self._recording = recording

    def commit(self, log: ControlLog, *, all_of_it: bool = False) -> None:
        """Now codes and events go together: give the recording what is new of both, if it is enough."""
        recording = self._recording
        if recording is None or (self._end - self._start < self._least and not all_of_it):
            return
        sayings = tuple(self.sayings[self._said :])
        recording.put(Record(self._start, self._from(self._start), *log.news(), sayings))
        self._start, self._said = self._end, len(self.sayings)
        until = min(recording.saved, self._end) - self._held
        while self._chunks and self._first + len(self._chunks[0]) <= until:
            self._first += len(self._chunks.popleft())

    def finish(self, log: ControlLog) -> None:
        """The recording has all there is. Nothing may be done with the tape after."""
        recording = self._recording
        if recording is not None:
            self.commit(log, all_of_it=True)
            sayings = tuple(self.sayings)  # again from the first on: in the end it comes to the same
            recording.finish(
                lambda start, keep: Record(start, self._from(start), keep, log.events[keep:], sayings)
            )

    def _from(self, start: int) -> Codes:
        """What is in memory, from sample ``start`` on."""
        if start < self._first:
            raise ValueError(f"sample {start} is no longer in memory")
        found: list[Codes] = []
        end = self._end
        for chunk in reversed(self._chunks):
            if end <= start:
                break
            end -= len(chunk)
            found.append(chunk[max(0, start - end) :])
        return np.concatenate(found[::-1]) if found else np.empty(0, self._kind)
