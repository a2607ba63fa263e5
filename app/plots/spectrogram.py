"""Short spectra of a take, finished or growing, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""[n] samples in ±1."""
WINDOW = 512
HOP = 256
"""Samples between two spectra, at least."""
MOST = 8_192
"""Spectra at most: of a longer take every second one goes, again and again (1 MB)."""
BINS = 128
HIGHEST_HZ = 8_000.0
FLOOR_DB, RANGE_DB = -80.0, 75.0


class Spectrogram:
    """Levels 0…255 of BINS bands from 0 to 8 kHz. Written in any order; later writing overwrites."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.hop = HOP
        """Samples between two spectra by now."""
        self.count = 0
        """Spectra from the start to the last that was written; what was left out is silence."""
        self._levels: NDArray[np.uint8] = np.zeros((64, BINS), np.uint8)
        self._window = np.hanning(WINDOW).astype(np.float32)
        # The bands of a rate below 16 kHz end where that rate does.
        band = np.arange(BINS + 1) * HIGHEST_HZ / BINS / sample_rate * WINDOW
        self._lines = np.minimum(band.astype(np.int64), WINDOW // 2)
        self._beyond = band[:-1] >= WINDOW // 2

    @classmethod
    def of(cls, samples: Sound, sample_rate: int) -> Spectrogram:
        """That of a whole sound."""
        result = cls(sample_rate)
        result._fit(len(samples))
        step = 1024 * result.hop
        for start in range(0, len(samples), step):
            result.write(start, samples[start : start + step + WINDOW])
        return result

    def write(self, start: int, samples: Sound) -> tuple[int, int] | None:
        """The samples from index ``start`` (≥ 0) on are these: every spectrum that lies within them is new.

        Returns the indices of the first sample and of the one after the last that show otherwise now.
        """
        self._fit(start + len(samples))
        first, end = -(-start // self.hop), (start + len(samples) - WINDOW) // self.hop + 1
        if first >= end:
            return None
        while end > len(self._levels):
            self._levels = np.concatenate([self._levels, np.zeros_like(self._levels)])
        starts = np.arange(first, end)[:, None] * self.hop - start + np.arange(WINDOW)
        power = np.abs(np.fft.rfft(samples[starts] * self._window, axis=1)) ** 2 / (WINDOW / 4.0) ** 2
        loudest = np.maximum.reduceat(power, self._lines[:-1], axis=1)
        decibels = 10.0 * np.log10(np.maximum(loudest, 1e-12))
        levels = np.clip((decibels - FLOOR_DB) / RANGE_DB * 255.0, 0.0, 255.0).astype(np.uint8)
        levels[:, self._beyond] = 0
        self._levels[first:end] = levels
        self.count = max(self.count, end)
        return first * self.hop, (end - 1) * self.hop + WINDOW

    def until(self, sample: int) -> Spectrogram:
        """A copy of what lies before a sample, to be written to."""
        result = Spectrogram(self.sample_rate)
        result.hop, result.count = self.hop, max(0, min(self.count, (sample - WINDOW) // self.hop + 1))
        result._levels = self._levels.copy()
        result._levels[result.count :] = 0
        return result

    def numbers(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """[n]: the spectrum that holds at times [n]; -1 where there is none."""
        before = (WINDOW - self.hop) / 2.0
        numbers = np.floor((seconds * self.sample_rate - before) / self.hop).astype(np.int64)
        return np.where((numbers >= 0) & (numbers < self.count), numbers, -1)

    def levels(self, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        """[n, BINS]: the levels of spectra [n]; 0 for -1."""
        found = self._levels[numbers]
        found[numbers < 0] = 0
        return found

    def at(self, seconds: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """(levels [n, BINS], whether there are any [n]) at times [n]."""
        numbers = self.numbers(seconds)
        return self.levels(numbers), numbers >= 0

    def _fit(self, samples: int) -> None:
        """Let there be room for so many."""
        while samples > MOST * self.hop:
            self._levels = np.ascontiguousarray(self._levels[::2])
            self.count = -(-self.count // 2)
            self.hop *= 2
