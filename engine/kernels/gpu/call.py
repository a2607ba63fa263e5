"""What one launch is told: which samples, how they are drawn, and what conditions them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import temperatures
from engine.kernels.gpu.source import DRAW, FEED, SCORE
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.distributions import Sampling

LONGEST = 512
"""Samples of one launch at most: a card that draws the screen must not be held longer."""
TOP_P_STEPS = 1 << 24


@dataclass(frozen=True)
class Call:
    """Consecutive samples of streams in lockstep."""

    codes: NDArray[np.int32]
    """[streams, n]: given, or filled by the launch."""
    entry: str
    """Of the source: what is done with them."""
    sampling: Sampling
    local: LocalRows | None
    feedback: Feedback | None

    @property
    def n(self) -> int:
        """How many samples."""
        return int(self.codes.shape[1])

    @property
    def outputs(self) -> int:
        """Samples whose outputs are wanted."""
        return {DRAW: 1, FEED: 0, SCORE: self.n}[self.entry]

    def parts(self) -> Iterator[Call]:
        """The same in pieces of ``LONGEST`` samples at most; their codes are views."""
        for start in range(0, self.n, LONGEST):
            samples = slice(start, min(self.n, start + LONGEST))
            yield Call(
                self.codes[:, samples],
                self.entry,
                self.sampling,
                self.local and self.local.part(samples),
                self.feedback and self.feedback.part(samples),
            )

    def floats(self) -> NDArray[np.float32]:
        """Temperatures [n], mix [n], then the rows that are asked for."""
        chosen = temperatures(self.sampling, self.local, self.n)
        if self.local is None:
            return np.concatenate([chosen, np.zeros(self.n, np.float32)])
        first, last = self._reach(self.local)
        return np.concatenate([chosen, self.local.mix, self.local.rows[first:last].ravel()], dtype=np.float32)

    def ints(self) -> NDArray[np.int32]:
        """Index [n] of each sample's row, gain [n], offset [n]."""
        zeros = np.zeros(self.n, np.int32)
        index = zeros if self.local is None else self.local.index - self._reach(self.local)[0]
        mix = [zeros, zeros] if self.feedback is None else [self.feedback.gain, self.feedback.offset]
        return np.concatenate([index, *mix], dtype=np.int32, casting="same_kind")

    def numbers(self) -> tuple[np.generic[Any], ...]:
        """What the launch takes as plain numbers, after position and streams."""
        flags = (self.n, self.feedback is not None, self.sampling.top_k)
        return *(np.int32(flag) for flag in flags), np.int32(round(self.sampling.top_p * TOP_P_STEPS))

    def _reach(self, local: LocalRows) -> tuple[int, int]:
        """(first, behind the last) of the rows that these samples are made of."""
        return int(local.index[0]), int(local.index[-1]) + 2
