"""The axis of amplitudes that odds are drawn on: as mu-law spaces them, or evenly."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.mulaw import DECODED, LEVELS, MU


def compand(amplitude: float) -> float:
    """mu-law's curve (section 2.2 of the paper): ±1 to ±1, finer around 0."""
    return math.copysign(math.log1p(MU * abs(amplitude)) / math.log1p(MU), amplitude)


def edges(*, spread: bool) -> NDArray[np.float64]:
    """[257]: where each value's column begins and ends on the axis, -1…1.

    The axis holds decoded amplitudes; ``spread`` gives every value the same width, as mu-law spaces them.
    """
    if spread:
        return np.linspace(-1.0, 1.0, LEVELS + 1)
    amplitudes = DECODED.astype(np.float64)
    middles = (amplitudes[1:] + amplitudes[:-1]) / 2.0
    return np.concatenate([amplitudes[:1], middles, amplitudes[-1:]])


def place(amplitude: float, *, spread: bool) -> float:
    """Where a decoded amplitude lies on the axis, -1…1."""
    return compand(amplitude) * MU / LEVELS if spread else amplitude


def row_of(amplitude: float, height: float, *, spread: bool) -> float:
    """Where a decoded amplitude lies in a picture so high, from the top."""
    return (1.0 - place(amplitude, spread=spread)) / 2.0 * height


def first_codes(height: int, *, spread: bool) -> NDArray[np.int64]:
    """[height]: the smallest code that each row of pixels shows, from the lowest row up; all are shown."""
    feet = np.arange(height) / height * 2.0 - 1.0
    return np.clip(np.searchsorted(edges(spread=spread), feet + 1e-9, side="right") - 1, 0, LEVELS - 1)
