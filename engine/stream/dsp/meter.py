"""Level meter: peak and RMS of the last moments in dBFS, and whether anything reached full scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import as_samples, ring_length
from engine.stream.machine import routine

FLOOR_DB = -120.0
"""What silence reads."""
PEAK_S = 0.1
RMS_S = 0.3


@dataclass(frozen=True)
class MeterReading:
    """dBFS; a sine at full scale has peak 0 and RMS -3.01."""

    peak: float = FLOOR_DB
    """Over the last 0.1 s."""
    rms: float = FLOOR_DB
    """Over the last 0.3 s."""
    clipped: bool = False
    """Whether a sample reached full scale since ``reset_clip``."""


class MeterArrays(NamedTuple):
    """The latest samples."""

    at: NDArray[np.int64]
    recent: NDArray[np.float32]
    """Ring: of ``RMS_S``, and of what may be taken back."""
    clipped: NDArray[np.int64]
    """[1]: 1 once a sample reached full scale."""


class Meter:
    """One thread pushes samples, any other reads."""

    def __init__(self, sample_rate: int) -> None:
        self._peak_n = max(1, round(PEAK_S * sample_rate))
        self._rms_n = max(1, round(RMS_S * sample_rate))
        n = ring_length(self._rms_n, sample_rate)
        self.arrays = MeterArrays(np.zeros(1, np.int64), np.zeros(n, np.float32), np.zeros(1, np.int64))

    def push(self, samples: NDArray[np.float32]) -> None:
        """Append [n] samples."""
        samples = as_samples(samples)
        routine("dsp.compiled", "measure", self.arrays, samples)()

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples not have come yet."""
        self.arrays.at[0] -= n

    @property
    def latest(self) -> np.float32:
        """The last sample; 0 before the first."""
        return np.float32(self._last(1)[0])

    def silence(self) -> None:
        """Fall to the floor: nothing sounds any more."""
        self.arrays.recent[:] = 0.0

    def reset_clip(self) -> None:
        """Forget that full scale was reached."""
        self.arrays.clipped[0] = 0

    def reading(self) -> MeterReading:
        """The level now."""
        recent = self._last(self._rms_n)
        peak = float(np.abs(recent[-self._peak_n :]).max())
        rms = math.sqrt(float(np.mean(np.square(recent, dtype=np.float64))))
        return MeterReading(_decibels(peak), _decibels(rms), bool(self.arrays.clipped[0]))

    def _last(self, n: int) -> NDArray[np.float32]:
        at = int(self.arrays.at[0])
        return self.arrays.recent[np.arange(at - n, at) % len(self.arrays.recent)]


def _decibels(amplitude: float) -> float:
    return max(FLOOR_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else FLOOR_DB
