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


class Loading:
    """Stands for a stream whose model is not ready yet."""


class Source(Protocol):
    """Something that sounds."""

    sample_rate: int

    @property
    def generated(self) -> int:
        """Samples there are so far; of something finished, its length."""
        ...

    @property
    def next(self) -> int:
        """Count of the sample that ``read`` gives next; it goes on where a loop goes back."""
        ...

    @property
    def left(self) -> float:
        """Samples that ``read`` can still give; infinite where there is no end."""
        ...

    def place(self, count: int) -> int:
        """Index, in the whole sound, of the sample that was counted as ``count``."""
        ...

    def read(self, n: int) -> NDArray[np.float32]:
        """The next ``n`` samples in ±1, fewer only at the end. May raise FloatingPointError."""
        ...
