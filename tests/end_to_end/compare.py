"""What was recorded beside what was generated: where it lies, how alike it is, and how often it breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

FINE_HZ = 192_000
"""Aligned at this rate: at 16 kHz, a third of a sample's shift makes like sounds look unlike."""
BAND_HZ = 6000.0
"""Compared below this: the sound server's own resampler turns the top of the band down."""
WINDOW_S = 0.25
SEARCH_S = 0.4
ALIKE = 0.99
SHIFT = FINE_HZ // 16_000
"""A window that lies further off than one sample at 16 kHz is out of its place."""


@dataclass(frozen=True)
class Comparison:
    """One take found in a recording."""

    correlation: float
    """Of the windows that match, the worst one's."""
    level_db: float
    """Recorded over generated."""
    breaks: int
    """Windows that are not there, or lie elsewhere than the one before them."""


def compare(
    recorded: NDArray[np.float32], recorded_rate: int, made: NDArray[np.float32], rate: int
) -> Comparison:
    """Find ``made`` [n] in ``recorded`` [m]. Raises ValueError where the recording is too short."""
    heard = _low_passed(soxr.resample(recorded.astype(np.float64), recorded_rate, FINE_HZ))
    wanted = _low_passed(soxr.resample(made.astype(np.float64), rate, FINE_HZ))
    size, search = round(WINDOW_S * FINE_HZ), round(SEARCH_S * FINE_HZ)
    place = _best_place(heard, wanted[: 8 * size])
    breaks, worst, power, reference = 0, 1.0, 0.0, 0.0
    for start in range(0, len(wanted) - size + 1, size):
        window = wanted[start : start + size]
        nearby = heard[max(0, place + start - search) : place + start + size + search]
        if len(nearby) < size:
            raise ValueError(f"the recording ends {start / FINE_HZ:.2f} s into what was made")
        found = max(0, place + start - search) + _best_place(nearby, window)
        part = heard[found : found + size]
        alike = float(np.corrcoef(part, window)[0, 1])
        if alike < ALIKE or abs(found - place - start) > SHIFT:
            breaks += 1
        if alike >= ALIKE:
            worst = min(worst, alike)
            place = found - start
            power += float(part @ part)
            reference += float(window @ window)
    return Comparison(worst, 10.0 * float(np.log10(power / reference)) if reference else -np.inf, breaks)


def _low_passed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / FINE_HZ) > BAND_HZ] = 0.0
    return np.fft.irfft(spectrum, len(samples))


def _best_place(long: NDArray[np.float64], short: NDArray[np.float64]) -> int:
    """Where ``short`` fits best into ``long``: the peak of their cross-correlation."""
    size = 1 << (len(long) + len(short)).bit_length()
    product = np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size))
    return int(np.argmax(np.fft.irfft(product, size)[: len(long) - len(short) + 1]))
