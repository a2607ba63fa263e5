"""Where samples come from: anything that sounds, such as a finished take played back."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BLOCK = 128
"""Samples generated in one go at most: parameters take hold between blocks."""
BLOCK_S = 0.008
"""Seconds that a block lasts at most."""


def block_size(sample_rate: int) -> int:
    """Samples of a block at a rate in Hz."""
    return max(1, min(BLOCK, round(BLOCK_S * sample_rate)))


class Source(Protocol):
    """Something that sounds."""

    sample_rate: int

    @property
    def generated(self) -> int:
        """Samples there are so far."""
        ...

    @property
    def ready(self) -> int:
        """Samples that ``read`` gives without work."""
        ...

    @property
    def left(self) -> float:
        """Samples that ``read`` can still give; infinite where there is no end."""
        ...

    def read(self, n: int) -> NDArray[np.float32]:
        """The next ``n`` samples in ±1, fewer only at the end. May raise FloatingPointError."""
        ...


class Playback:
    """Samples that exist already."""

    def __init__(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._samples = samples.astype(np.float32)
        self._next = 0

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return len(self._samples)

    @property
    def ready(self) -> int:
        """See ``Source.ready``."""
        return len(self._samples) - self._next

    @property
    def left(self) -> float:
        """See ``Source.left``."""
        return self.ready

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        chunk = self._samples[self._next : self._next + n]
        self._next += len(chunk)
        return chunk
