"""Finished samples played from any place, and a part of them again and again."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.fades import crossfade

SEAM_S = 0.010
"""Seconds in which the end of a loop gives way to its beginning."""
LEAST_LOOP_S = 0.020
"""A shorter loop is made so long."""
MOST_TURNS = 64
"""Turns back that are remembered: more than a second can hold, and no output keeps more than that."""

Region = tuple[int, int]
"""The first sample of a part, and the first after it."""


class _Loop(NamedTuple):
    """A part that is played again and again."""

    first: int
    after: int
    seam: NDArray[np.float32]
    """Its last samples, which give way to those before its first one."""


class _Turn(NamedTuple):
    """From one count of samples on, they come from a place on."""

    since: int
    place: int


class Playback:
    """Samples that exist already; a ``Source``."""

    def __init__(
        self,
        samples: NDArray[np.float32],
        sample_rate: int,
        start: int = 0,
        loop: Region | None = None,
    ) -> None:
        """Samples [n] in ±1 from index ``start`` on, which is cut to 0…n; ``loop``: see ``repeat``."""
        self.sample_rate = sample_rate
        self._samples = samples.astype(np.float32, copy=False)
        self._place = self._next = min(max(0, start), len(samples))
        self._turns = deque([_Turn(self._next, self._place)], MOST_TURNS)
        self._loop: _Loop | None = None
        self.repeat(loop)

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return len(self._samples)

    @property
    def next(self) -> int:
        """See ``Source.next``."""
        return self._next

    @property
    def left(self) -> float:
        """See ``Source.left``."""
        return float("inf") if self._loop else len(self._samples) - self._place

    def place(self, count: int) -> int:
        """See ``Source.place``."""
        turns = list(self._turns)
        turn = next((turn for turn in reversed(turns) if turn.since <= count), turns[0])
        return min(turn.place + max(0, count - turn.since), len(self._samples))

    def repeat(self, region: Region | None) -> None:
        """Play a part again and again once it is reached, or go on to the end: None.

        What lies outside the sound is cut off. A place behind the part is not in it: there is no loop then.
        """
        self._loop = None if region is None else self._make_loop(*region)

    def moved(self, place: int, loop: Region | None = None) -> Playback:
        """The same sound from another place on, with another loop or the same: None."""
        if loop is None and self._loop:
            loop = self._loop.first, self._loop.after
        return Playback(self._samples, self.sample_rate, place, loop)

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        chunks = [np.empty(0, np.float32)]
        while n and len(chunk := self._chunk(n)):
            chunks.append(chunk)
            n -= len(chunk)
            self._next += len(chunk)
            self._place += len(chunk)
            if self._loop and self._place == self._loop.after:
                self._place = self._loop.first
                self._turns.append(_Turn(self._next, self._place))
        return np.concatenate(chunks)

    def _chunk(self, n: int) -> NDArray[np.float32]:
        """Up to ``n`` of the next samples, none from behind the seam."""
        place, loop = self._place, self._loop
        if loop is None:
            return self._samples[place : place + n]
        seam = loop.after - len(loop.seam)
        if place < seam:
            return self._samples[place : min(place + n, seam)]
        return loop.seam[place - seam : place - seam + n]

    def _make_loop(self, first: int, after: int) -> _Loop | None:
        least = max(2, round(LEAST_LOOP_S * self.sample_rate))
        first = max(0, min(first, len(self._samples) - least))
        after = min(max(after, first + least), len(self._samples))
        if after - first < 2 or self._place >= after:
            return None
        n = min(round(SEAM_S * self.sample_rate), (after - first) // 2)
        before = np.zeros(n, np.float32)  # before the sound there is silence
        known = min(n, first)
        before[n - known :] = self._samples[first - known : first]
        falling, rising = crossfade(n)
        return _Loop(first, after, self._samples[after - n : after] * falling + before * rising)
