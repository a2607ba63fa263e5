"""What a model is given beside its own samples, for n of them: local conditions, its feedback's mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LocalRows:
    """The local condition of n consecutive samples: few rows where it moves slowly.

    Sample i is conditioned on ``rows[index[i]] · (1 - mix[i]) + rows[index[i] + 1] · mix[i]``.
    """

    rows: NDArray[np.float32]
    """[m, channels]."""
    index: NDArray[np.int64]
    """[n], never falling; below m, and below m - 1 where mix is not 0."""
    mix: NDArray[np.float32]
    """[n], 0…1."""
    temperature: NDArray[np.float32] | None = None
    """[n] above 0: what the temperature of each sample is multiplied by; None for 1."""

    @classmethod
    def constant(cls, row: NDArray[np.float32], n: int) -> LocalRows:
        """The same ``row`` [channels] for ``n`` samples."""
        return cls(row[None], np.zeros(n, np.int64), np.zeros(n, np.float32))

    def part(self, samples: slice) -> LocalRows:
        """The condition of some of the samples."""
        temperature = None if self.temperature is None else self.temperature[samples]
        return LocalRows(self.rows, self.index[samples], self.mix[samples], temperature)

    def at(self, samples: NDArray[np.int64]) -> LocalRows:
        """The condition of samples [m] that need not follow each other: to be read, not to be played."""
        return LocalRows(self.rows, self.index[samples], self.mix[samples])


@dataclass(frozen=True)
class Feedback:
    """How a model hears n of its own samples as its past: see ``codes.mix_feedback``."""

    gain: NDArray[np.int32]
    """[n]: the share of each that it hears, 0…``codes.FULL_SCALE``."""
    offset: NDArray[np.int32]
    """[n]: what it hears beside it, in steps of 1 / FULL_SCALE."""

    def part(self, samples: slice) -> Feedback:
        """The same of some of the samples."""
        return Feedback(self.gain[samples], self.offset[samples])


class FeedbackTrack(Protocol):
    """How a stream hears itself, from its first sample on."""

    def samples(self, start: int, n: int) -> Feedback | None:
        """Of samples ``start`` … ``start + n - 1``; None where it hears itself as it is."""
        ...

    @property
    def rests_from(self) -> int | None:
        """The sample from which on it is silent, whatever the model would draw; None for never."""
        ...

    def turns(self, first: int, after: int) -> list[int]:
        """The samples ``first`` … ``after - 1`` at which it comes to rest, or begins or ceases to be None."""
        ...
