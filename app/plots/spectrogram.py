"""Short spectra of a whole take, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""[n] samples in ±1."""
WINDOW = 512
HOP = 256
"""Samples between two spectra, at least."""
MOST = 8_192
"""Spectra at most: a longer take has them farther apart (1 MB)."""
BINS = 128
HIGHEST_HZ = 8_000.0
FLOOR_DB, RANGE_DB = -80.0, 75.0


class Spectrogram:
    """Levels 0…255 of BINS bands from 0 to 8 kHz."""

    def __init__(self, samples: Sound, sample_rate: int) -> None:
        """``samples`` [n] in ±1."""
        hop = max(HOP, -(-len(samples) // MOST))
        count = max(0, (len(samples) - WINDOW) // hop + 1)
        self.hop_s = hop / sample_rate
        self._offset_s = WINDOW / 2.0 / sample_rate - self.hop_s / 2.0
        self._levels = np.zeros((count, BINS), np.uint8)
        window = np.hanning(WINDOW).astype(np.float32)
        # The bands of a rate below 16 kHz end where that rate does.
        band = np.arange(BINS + 1) * HIGHEST_HZ / BINS / sample_rate * WINDOW
        lines = np.minimum(band.astype(np.int64), WINDOW // 2)
        beyond = band[:-1] >= WINDOW // 2
        for first in range(0, count, 1024):
            starts = (np.arange(first, min(first + 1024, count)) * hop)[:, None] + np.arange(WINDOW)
            power = np.abs(np.fft.rfft(samples[starts] * window, axis=1)) ** 2 / (WINDOW / 4.0) ** 2
            loudest = np.maximum.reduceat(power, lines[:-1], axis=1)
            decibels = 10.0 * np.log10(np.maximum(loudest, 1e-12))
            levels = np.clip((decibels - FLOOR_DB) / RANGE_DB * 255.0, 0.0, 255.0).astype(np.uint8)
            levels[:, beyond] = 0
            self._levels[first : first + len(levels)] = levels

    def at(self, seconds: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """(levels [n, BINS], whether there are any [n]) at times [n]."""
        numbers = np.floor((seconds - self._offset_s) / self.hop_s).astype(np.int64)
        there = (numbers >= 0) & (numbers < len(self._levels))
        if not len(self._levels):
            return np.zeros((len(seconds), BINS), np.uint8), there
        return self._levels[np.where(there, numbers, 0)], there
