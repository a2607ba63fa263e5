"""The wave of a whole take: lowest and highest sample of buckets, and of ever larger groups of these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BUCKET = 64
"""Samples of a bucket at first."""
GROUP = 4
"""Buckets that the next level joins."""
LEVELS = 8
MOST = 2**19
"""Buckets at most: then each is joined with its neighbour, so that memory stays bounded (3 MB)."""
FULL = 32_767.0

Extremes = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]


class Pyramid:
    """Written in any order; later writing overwrites."""

    def __init__(self) -> None:
        self.bucket = BUCKET
        """Samples of a bucket by now."""
        self.count = 0
        """Buckets from the start to the last that was written."""
        self._low = [np.zeros(256, np.int16) for _ in range(LEVELS)]
        self._high = [np.zeros(256, np.int16) for _ in range(LEVELS)]

    @classmethod
    def of(cls, samples: NDArray[np.float32]) -> Pyramid:
        """All of a sound [n] in ±1."""
        pyramid = cls()
        whole = len(samples) // BUCKET * BUCKET
        step = BUCKET * 65_536
        for start in range(0, whole, step):
            part = samples[start : min(start + step, whole)].reshape(-1, BUCKET)
            pyramid.write(start // BUCKET, part.min(axis=1), part.max(axis=1))
        return pyramid

    def until(self, sample: int) -> Pyramid:
        """A copy of what lies before a sample, to be written to."""
        result = Pyramid()
        result.bucket, result.count = self.bucket, min(self.count, sample // self.bucket)
        for level in range(LEVELS):
            used = -(-result.count // GROUP**level)
            result._low[level], result._high[level] = self._low[level].copy(), self._high[level].copy()
            result._low[level][used:] = result._high[level][used:] = 0
        return result

    @property
    def samples(self) -> int:
        """Samples that it covers."""
        return self.count * self.bucket

    def write(self, first: int, low: NDArray[np.float32], high: NDArray[np.float32]) -> None:
        """Buckets of ``BUCKET`` samples from number ``first`` (≥ 0) on: [n] each, in ±1."""
        if not len(low):
            return
        low16, high16 = (np.rint(np.clip(v, -1.0, 1.0) * FULL).astype(np.int16) for v in (low, high))
        while (first + len(low)) * BUCKET > MOST * self.bucket:
            self._join()
        share = self.bucket // BUCKET
        if share > 1:
            numbers = np.arange(first, first + len(low)) // share
            starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
            low16, high16 = np.minimum.reduceat(low16, starts), np.maximum.reduceat(high16, starts)
            if first % share:  # the rest of that bucket was written before
                at = int(numbers[0])
                if at < self.count:
                    low16[0] = min(low16[0], self._low[0][at])
                    high16[0] = max(high16[0], self._high[0][at])
            first = int(numbers[0])
        self._put(0, first, low16, high16)
        self.count = max(self.count, first + len(low16))
        start, end = first, first + len(low16)
        for level in range(1, LEVELS):
            start, end = start // GROUP, -(-end // GROUP)
            below = slice(start * GROUP, end * GROUP)
            self._make_room(level - 1, end * GROUP)
            self._put(
                level,
                start,
                self._low[level - 1][below].reshape(-1, GROUP).min(axis=1),
                self._high[level - 1][below].reshape(-1, GROUP).max(axis=1),
            )

    def extremes(self, edges: NDArray[np.float64]) -> Extremes:
        """(lowest, highest, whether there is any) [n] between each two of ``edges`` [n + 1], in samples."""
        width = float(edges[1] - edges[0]) if len(edges) > 1 else 1.0
        level, size = 0, self.bucket
        while level + 1 < LEVELS and size * GROUP <= width:
            level, size = level + 1, size * GROUP
        count = -(-self.count // GROUP**level)
        numbers = np.floor(edges / size).astype(np.int64)
        there = (numbers[:-1] < count) & (edges[1:] > 0.0) & (count > 0)
        low, high = (np.zeros(len(there), np.float32) for _ in range(2))
        if not there.any():
            return low, high, there
        used = np.clip(numbers, 0, count - 1)
        starts = used[:-1][there]
        stop = max(int(used[1:][there][-1]), int(starts[-1]) + 1)
        low[there] = np.minimum.reduceat(self._low[level][:stop], starts) / FULL
        high[there] = np.maximum.reduceat(self._high[level][:stop], starts) / FULL
        return low, high, there

    def _put(self, level: int, first: int, low: NDArray[np.int16], high: NDArray[np.int16]) -> None:
        self._make_room(level, first + len(low))
        self._low[level][first : first + len(low)] = low
        self._high[level][first : first + len(high)] = high

    def _make_room(self, level: int, n: int) -> None:
        while len(self._low[level]) < n:
            for arrays in (self._low, self._high):
                arrays[level] = np.concatenate([arrays[level], np.zeros_like(arrays[level])])

    def _join(self) -> None:
        """Let every bucket be twice as long."""
        n = self.count + self.count % 2
        self._make_room(0, n)
        low = self._low[0][:n].reshape(-1, 2).min(axis=1)
        high = self._high[0][:n].reshape(-1, 2).max(axis=1)
        joined = Pyramid()
        joined.bucket = BUCKET
        joined.write(0, low / np.float32(FULL), high / np.float32(FULL))
        self.bucket *= 2
        self.count, self._low, self._high = joined.count, joined._low, joined._high
