"""The last thing before the sound card: whatever the model says, it comes out neither clipped nor as a bang.

A peak limiter with look-ahead, and a slower one on the level: noise at full scale is loud below any ceiling.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

CEILING = 10.0 ** (-1.0 / 20.0)
"""No sample passes this amplitude."""
LEVEL = 10.0 ** (-14.0 / 20.0)
"""RMS over ``WINDOW_S`` that is let through unchanged; our corpora lie at -20 LUFS, -22 dBFS for speech."""
WINDOW_S = 0.030
LOOK_AHEAD_S = 0.002
RELEASE_DB_PER_S = 40.0


class Limiter:
    """Turns loud passages down, block by block; the rest passes bit by bit, ``delay`` samples later."""

    def __init__(self, sample_rate: int) -> None:
        self.delay = max(1, round(LOOK_AHEAD_S * sample_rate))
        """Samples by which the output lags."""
        window = max(1, round(WINDOW_S * sample_rate))
        self._release = np.log(10.0) / 20.0 * RELEASE_DB_PER_S / sample_rate
        self._late = np.zeros(self.delay, dtype=np.float32)
        self._squares = np.zeros(window)
        self._wanted = np.zeros(self.delay)
        self._lowest = np.zeros(self.delay)
        self._gain = 0.0

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] float32, any amplitude; returns [n] float32 within ±``CEILING``."""
        n = len(samples)
        if n == 0:
            return samples
        late = np.concatenate([self._late, samples])
        self._late = late[n:]
        gain = self._smooth(self._recover(self._log_gain(samples)))
        out = late[:n]
        if gain.min() < 1.0:
            out = (out * gain).astype(np.float32)
            np.clip(out, -CEILING, CEILING, out=out)  # rounding only
        return out

    def _log_gain(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """[n] logarithm of the gain that each sample calls for, at most 0."""
        window = len(self._squares)
        squares = np.concatenate([self._squares, np.square(samples, dtype=np.float64)])
        self._squares = squares[-window:]
        sums = np.concatenate([[0.0], np.cumsum(squares)])
        power = np.maximum(sums[window + 1 :] - sums[1:-window], 0.0) / window
        peak = np.abs(samples.astype(np.float64))
        over = np.maximum(np.maximum(peak / CEILING, np.sqrt(power) / LEVEL), 1.0)
        wanted: NDArray[np.float64] = -np.log(over)
        return wanted

    def _recover(self, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n] the same, but rising no faster than the release: y[t] = min(wanted[t], y[t-1] + step)."""
        ramp = self._release * np.arange(len(wanted) + 1)
        held: NDArray[np.float64] = (
            np.minimum.accumulate(np.concatenate([[self._gain], wanted]) - ramp) + ramp
        )
        self._gain = float(held[-1])
        return held[1:]

    def _smooth(self, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n] gain of the samples as they leave: down in good time before a peak, without a step.

        The least of the last ``delay`` + 1 wishes, averaged over as many, is never above any one of
        the wishes it spans; the oldest of them belongs to the sample that is leaving.
        """
        width = self.delay + 1
        wishes = np.concatenate([self._wanted, wanted])
        self._wanted = wishes[-self.delay :]
        lowest = np.concatenate([self._lowest, sliding_window_view(wishes, width).min(axis=1)])
        self._lowest = lowest[-self.delay :]
        if lowest.min() == 0.0:
            return np.ones(len(wanted))
        gain: NDArray[np.float64] = np.exp(sliding_window_view(lowest, width).mean(axis=1))
        return gain
