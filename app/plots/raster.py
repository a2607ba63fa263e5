"""Pictures made of columns, drawn by numpy: what keeps a frame of a plot cheap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]
"""[height, width]: a colour number for each pixel of the screen, 0 for the ground."""


def between(height: int, top: NDArray[np.int16], bottom: NDArray[np.int16]) -> NDArray[np.bool_]:
    """[height, width]: True from row ``top`` to row ``bottom`` [width], both included, in each column."""
    rows = np.arange(height, dtype=np.int16)[:, None]
    inside: NDArray[np.bool_] = (rows >= top) & (rows <= bottom)
    return inside


def outline(height: int, level: NDArray[np.int16]) -> NDArray[np.bool_]:
    """[height, width]: a line through row ``level`` [width], without gaps between neighbouring columns."""
    before = np.concatenate([level[:1], level[:-1]])
    return between(height, np.minimum(level, before), np.maximum(level, before))


def runs(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(numbers [m] of the runs of equal ones, the run [n] that each of ``numbers`` [n] is in)."""
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
    return numbers[starts], np.repeat(np.arange(len(starts)), np.diff(starts, append=len(numbers)))
