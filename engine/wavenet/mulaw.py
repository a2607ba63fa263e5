"""mu-law companding (ITU-T G.711's curve) to 256 levels, as in section 2.2 of the WaveNet paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MU = 255
LEVELS = MU + 1
SILENCE = 128
"""The code of amplitude 0, and what an empty stream takes for its previous sample."""


def encode(samples: ArrayLike) -> NDArray[np.uint8]:
    """Quantise amplitudes to mu-law codes.

    Parameters: ``samples`` float in ±1, any shape; values outside are clipped.
    Returns codes 0…255 of the same shape: ``round((f(x) + 1) / 2 * 255)`` with
    ``f(x) = sign(x) ln(1 + 255 |x|) / ln 256``.
    Raises ValueError where a sample is NaN.
    """
    x = np.asarray(samples, dtype=np.float64)
    if np.isnan(x).any():
        raise ValueError("mu-law input holds NaN")
    companded = compand(np.clip(x, -1.0, 1.0))
    codes: NDArray[np.uint8] = np.floor((companded + 1.0) / 2.0 * MU + 0.5).astype(np.uint8)
    return codes


def compand(amplitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amplitudes in ±1 on the companded scale, in ±1: ``sign(x) ln(1 + 255 |x|) / ln 256``."""
    companded: NDArray[np.float64] = np.sign(amplitudes) * np.log1p(MU * np.abs(amplitudes)) / np.log1p(MU)
    return companded


def expand(companded: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of ``compand``."""
    amplitudes: NDArray[np.float64] = np.sign(companded) * np.expm1(np.abs(companded) * np.log1p(MU)) / MU
    return amplitudes


def decode(codes: ArrayLike) -> NDArray[np.float32]:
    """Amplitudes, float32 in ±1, of mu-law codes 0…255 of any shape."""
    amplitudes: NDArray[np.float32] = DECODED[np.asarray(codes)]
    return amplitudes


def _table() -> NDArray[np.float32]:
    table: NDArray[np.float32] = expand(2.0 * np.arange(LEVELS) / MU - 1.0).astype(np.float32)
    return table


DECODED = _table()
"""[256] float32: the amplitude of each code."""
