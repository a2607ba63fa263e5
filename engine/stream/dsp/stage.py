"""What the stages of the sound's way out have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_BACK_S = 0.5
"""Seconds of its sound that every stage remembers at least, so that it can be taken back."""


def ring_length(samples: int, sample_rate: int) -> int:
    """A power of two: room for ``samples`` that a stage looks back on, and for what may be taken back."""
    return 1 << int(samples + LONGEST_BACK_S * sample_rate).bit_length()


def as_samples(samples: NDArray[Any]) -> NDArray[np.float32]:
    """[n] as compiled code takes them: float32, one after another."""
    return np.ascontiguousarray(samples, dtype=np.float32)
