"""The last thing before the sound card: whatever the model says, it comes out neither clipped nor as a bang.

A peak limiter with look-ahead, and a slower one on the level: noise at full scale is loud below any ceiling.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import as_samples, ring_length
from engine.stream.machine import routine

CEILING = 10.0 ** (-1.0 / 20.0)
"""No sample passes this amplitude."""
LEVEL = 10.0 ** (-14.0 / 20.0)
"""RMS over ``WINDOW_S`` that is let through unchanged; our corpora lie at -20 LUFS, -22 dBFS for speech."""
WINDOW_S = 0.030
LOOK_AHEAD_S = 0.002
RELEASE_DB_PER_S = 40.0


class LimiterArrays(NamedTuple):
    """Rings of one length; gains are logarithms, at most 0."""

    at: NDArray[np.int64]
    late: NDArray[np.float32]
    """What came in."""
    squares: NDArray[np.float64]
    sums: NDArray[np.float64]
    """Sum of the squares over the window that ends with a sample."""
    held: NDArray[np.float64]
    """The gain that each sample calls for, but rising no faster than the release."""
    lowest: NDArray[np.float64]
    """The least of the last ``delay`` + 1 of these: averaged over as many, it is never above any one of the
    gains that it spans, and goes down in good time before a peak, without a step."""
    delay: int
    window: int
    release: float
    """What a gain may rise from sample to sample."""


class Limiter:
    """Turns loud passages down, block by block; the rest passes bit by bit, ``delay`` samples later."""

    def __init__(self, sample_rate: int) -> None:
        self.delay = max(1, round(LOOK_AHEAD_S * sample_rate))
        """Samples by which the output lags."""
        window = max(1, round(WINDOW_S * sample_rate))
        n = ring_length(max(window, 2 * self.delay), sample_rate)
        self.arrays = LimiterArrays(
            np.zeros(1, np.int64),
            np.zeros(n, np.float32),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n),
            self.delay,
            window,
            float(np.log(10.0) / 20.0 * RELEASE_DB_PER_S / sample_rate),
        )

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] float32, any amplitude; returns [n] float32 within ±``CEILING``."""
        samples = as_samples(samples)
        out = np.empty_like(samples)
        routine("dsp.compiled", "limit", self.arrays, samples, out)()
        return out

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples not have come yet."""
        self.arrays.at[0] -= n
