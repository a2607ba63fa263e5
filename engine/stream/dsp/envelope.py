"""The waveform as a plot needs it: lowest and highest sample of each small bucket, over the last seconds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BUCKET = 64
"""Samples reduced to one pair."""


class EnvelopeSnapshot(NamedTuple):
    """The latest buckets, oldest first."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    first: int
    """How many buckets went before the first of these."""


class Envelope:
    """A fixed ring of buckets: one thread pushes samples, any other takes snapshots, neither waits."""

    def __init__(self, sample_rate: int, seconds: float = 12.0) -> None:
        self._size = max(1, round(seconds * sample_rate / BUCKET))
        self._low = np.zeros(self._size, dtype=np.float32)
        self._high = np.zeros(self._size, dtype=np.float32)
        self._count = 0
        self._rest = np.empty(0, dtype=np.float32)

    def push(self, samples: NDArray[np.float32]) -> None:
        """Append [n] samples; a bucket shows once it is full."""
        waiting = np.concatenate([self._rest, samples])
        full = len(waiting) // BUCKET
        self._rest = waiting[full * BUCKET :]
        buckets = waiting[: full * BUCKET].reshape(full, BUCKET)[-self._size :]
        places = (self._count + full - len(buckets) + np.arange(len(buckets))) % self._size
        self._low[places] = buckets.min(axis=1)
        self._high[places] = buckets.max(axis=1)
        self._count += full

    def snapshot(self) -> EnvelopeSnapshot:
        """A copy of the last ``seconds``, or of what there is."""
        before = self._count
        low, high = self._low.copy(), self._high.copy()
        # What was overwritten while it was copied is left out.
        first = max(0, self._count - self._size)
        places = np.arange(first, max(before, first)) % self._size
        return EnvelopeSnapshot(low[places], high[places], first)
