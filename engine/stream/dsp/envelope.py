"""The waveform as a plot needs it: lowest and highest sample of each small bucket, over the last seconds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import as_samples, ring_length
from engine.stream.machine import routine

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


class LatestSamples(NamedTuple):
    """The samples that came last."""

    samples: NDArray[np.float32]
    """[n], half a second of them."""
    first: int
    """How many went before the first of these, since the first bucket that ever was."""


NO_SAMPLES = LatestSamples(np.empty(0, np.float32), 0)
EMPTY = EnvelopeSnapshot(
    np.empty(0, np.float32), np.empty(0, np.float32), 0, np.empty(0, np.int64), np.empty(0, np.int64)
)


class EnvelopeArrays(NamedTuple):
    """Rings of buckets, and of the samples that may be taken back."""

    at: NDArray[np.int64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    request: NDArray[np.int64]
    sample: NDArray[np.int64]
    samples: NDArray[np.float32]


class Envelope:
    """A fixed ring of buckets: one thread pushes samples, any other takes snapshots, neither waits."""

    def __init__(self, sample_rate: int, seconds: float = 12.0) -> None:
        self._size = max(1, round(seconds * sample_rate / BUCKET))
        n = self._size + 1  # the one that is being filled shows none of the others' extremes
        self.arrays = EnvelopeArrays(
            np.zeros(1, np.int64),
            np.zeros(n, np.float32),
            np.zeros(n, np.float32),
            np.zeros(n, np.int64),
            np.zeros(n, np.int64),
            np.zeros(ring_length(BUCKET, sample_rate), np.float32),
        )

    def push(self, samples: NDArray[np.float32], request_id: int = 0, sample: int = 0) -> None:
        """Append [n] samples of a request's sound, from its index ``sample`` on; a bucket shows once full."""
        samples = as_samples(samples)
        routine("dsp.compiled", "trace", self.arrays, samples, request_id, sample)()

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples not have come yet."""
        routine("dsp.compiled", "untrace", self.arrays, n)()

    def snapshot(self) -> EnvelopeSnapshot:
        """A copy of the last ``seconds``, or of what there is."""
        a = self.arrays
        before = int(a.at[0]) // BUCKET
        low, high, request, sample = a.low.copy(), a.high.copy(), a.request.copy(), a.sample.copy()
        # What was overwritten while it was copied is left out, and so is what was taken back.
        after = int(a.at[0]) // BUCKET
        first = max(0, max(before, after) - self._size)
        slots = np.arange(first, max(min(before, after), first)) % len(low)
        return EnvelopeSnapshot(low[slots], high[slots], first, request[slots], sample[slots])

    def latest(self) -> LatestSamples:
        """A copy of the samples that may still be taken back, and of what was not overwritten since."""
        a = self.arrays
        before = int(a.at[0])
        ring = a.samples.copy()
        after = int(a.at[0])  # as in ``snapshot``
        first = max(0, max(before, after) - len(ring))
        return LatestSamples(ring[np.arange(first, min(before, after)) % len(ring)], first)
