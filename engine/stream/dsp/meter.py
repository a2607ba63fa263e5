"""Level meter: peak and RMS of the last moments in dBFS, and whether anything reached full scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


class Meter:
    """One thread pushes samples, any other reads."""

    def __init__(self, sample_rate: int) -> None:
        self._peak_n = max(1, round(PEAK_S * sample_rate))
        self._recent = np.zeros(max(1, round(RMS_S * sample_rate)), dtype=np.float32)
        self._clipped = False

    def push(self, samples: NDArray[np.float32]) -> None:
        """Append [n] samples."""
        size = len(self._recent)
        # A new array each time: whoever reads the old one sees it whole.
        self._recent = np.concatenate([self._recent, samples])[-size:]
        if len(samples) and np.abs(samples).max() >= 1.0:
            self._clipped = True

    def silence(self) -> None:
        """Fall to the floor: nothing sounds any more."""
        self._recent = np.zeros_like(self._recent)

    def reset_clip(self) -> None:
        """Forget that full scale was reached."""
        self._clipped = False

    def reading(self) -> MeterReading:
        """The level now."""
        recent = self._recent
        peak = float(np.abs(recent[-self._peak_n :]).max())
        rms = math.sqrt(float(np.mean(np.square(recent, dtype=np.float64))))
        return MeterReading(_decibels(peak), _decibels(rms), self._clipped)


def _decibels(amplitude: float) -> float:
    return max(FLOOR_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else FLOOR_DB
