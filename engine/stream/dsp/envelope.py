"""The waveform as a plot needs it: lowest and highest sample of each small bucket, over the last seconds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BUCKET = 64
"""Samples reduced to one pair."""


class EnvelopeSnapshot(NamedTuple):
    """The latest buckets, oldest first. Arrays are [n_buckets]."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    first: int
    """How many buckets went before the first of these."""
    request: NDArray[np.int64]
    """Number of the request whose sound each bucket begins with."""
    sample: NDArray[np.int64]
    """Index, within that sound, of each bucket's first sample; below 0 for what a filter held before."""

    def origin(self, request_id: int) -> int | None:
        """Where sample 0 of a sound lies, in samples from the first bucket that ever was.

        None if the newest bucket is not of that sound: all that there is of others has been heard.
        """
        if not len(self.sample) or self.request[-1] != request_id:
            return None
        return (self.first + len(self.sample) - 1) * BUCKET - int(self.sample[-1])


EMPTY = EnvelopeSnapshot(
    np.empty(0, np.float32), np.empty(0, np.float32), 0, np.empty(0, np.int64), np.empty(0, np.int64)
)


class Envelope:
    """A fixed ring of buckets: one thread pushes samples, any other takes snapshots, neither waits."""

    def __init__(self, sample_rate: int, seconds: float = 12.0) -> None:
        self._size = max(1, round(seconds * sample_rate / BUCKET))
        self._low = np.zeros(self._size, dtype=np.float32)
        self._high = np.zeros(self._size, dtype=np.float32)
        self._request = np.zeros(self._size, dtype=np.int64)
        self._sample = np.zeros(self._size, dtype=np.int64)
        self._count = 0
        self._rest = np.empty(0, dtype=np.float32)
        self._rest_stamp = (0, 0)

    def push(self, samples: NDArray[np.float32], request_id: int = 0, sample: int = 0) -> None:
        """Append [n] samples of a request's sound, from its index ``sample`` on; a bucket shows once full."""
        held = len(self._rest)
        waiting = np.concatenate([self._rest, samples])
        if not held:
            self._rest_stamp = (request_id, sample)
        full = len(waiting) // BUCKET
        buckets = waiting[: full * BUCKET].reshape(full, BUCKET)[-self._size :]
        numbers = np.arange(full - len(buckets), full)
        slots = (self._count + numbers) % self._size
        self._low[slots] = buckets.min(axis=1)
        self._high[slots] = buckets.max(axis=1)
        # A bucket that begins with what was left over from before carries that sound's stamp.
        begun_before = numbers * BUCKET < held
        self._request[slots] = np.where(begun_before, self._rest_stamp[0], request_id)
        self._sample[slots] = np.where(begun_before, self._rest_stamp[1], sample + numbers * BUCKET - held)
        self._rest = waiting[full * BUCKET :]
        if full:
            self._rest_stamp = (request_id, sample + full * BUCKET - held)
        self._count += full

    def snapshot(self) -> EnvelopeSnapshot:
        """A copy of the last ``seconds``, or of what there is."""
        before = self._count
        low, high = self._low.copy(), self._high.copy()
        request, sample = self._request.copy(), self._sample.copy()
        # What was overwritten while it was copied is left out.
        first = max(0, self._count - self._size)
        slots = np.arange(first, max(before, first)) % self._size
        return EnvelopeSnapshot(low[slots], high[slots], first, request[slots], sample[slots])
