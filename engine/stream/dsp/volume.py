"""The volume: for listening only, and without a step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import as_samples, ring_length
from engine.stream.machine import routine


class VolumeArrays(NamedTuple):
    """Rings of one length."""

    at: NDArray[np.int64]
    samples: NDArray[np.float32]
    """What came in: at another volume it can be made again from here."""
    gains: NDArray[np.float32]


class Volume:
    """Turns what passes up or down; a change is spread over a block."""

    def __init__(self, sample_rate: int, volume: float) -> None:
        """``volume`` 0…1: from the first sample on."""
        n = ring_length(1, sample_rate)
        self.arrays = VolumeArrays(
            np.zeros(1, np.int64), np.zeros(n, np.float32), np.full(n, volume, np.float32)
        )

    def process(self, samples: NDArray[np.float32], wanted: float) -> NDArray[np.float32]:
        """[n] samples, over which the volume goes to ``wanted``."""
        samples, wanted = as_samples(samples), float(wanted)
        out = np.empty_like(samples)
        routine("dsp.compiled", "turn", self.arrays, samples, wanted, out)()
        return out

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples not have come yet."""
        self.arrays.at[0] -= n


def checked_volume(volume: float) -> float:
    """``volume`` itself. Raises ValueError where it is not within 0…1."""
    if not 0.0 <= volume <= 1.0:
        raise ValueError(f"volume {volume} is not within 0…1")
    return volume
