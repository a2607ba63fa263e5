"""Samples as integers: mu-law codes for a softmax, 16-bit linear ones for a continuous distribution.

The type says which: uint8 is mu-law (see ``mulaw``), int16 is amplitude times 32,768.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.wavenet import mulaw
from engine.wavenet.config import ModelConfig

Codes = NDArray[np.integer[Any]]
"""uint8 or int16."""

FULL_SCALE = 32768
"""A linear code's step is 1 / FULL_SCALE."""
LINEAR = np.clip(np.rint(mulaw.DECODED * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int32)
"""[256]: the linear code nearest to each mu-law code."""
NEAREST = mulaw.encode(np.arange(65_536, dtype=np.uint16).view(np.int16) / FULL_SCALE)
"""[65536]: the mu-law code nearest to each linear one, which indexes from the end where it is negative."""


def code_type(config: ModelConfig) -> type[np.integer[Any]]:
    """Type of the codes that a model draws."""
    return np.uint8 if config.output == "softmax" else np.int16


def silence(config: ModelConfig) -> int:
    """The code of amplitude 0, which an empty stream takes for its previous sample."""
    return mulaw.SILENCE if config.output == "softmax" else 0


def encode(config: ModelConfig, samples: ArrayLike) -> Codes:
    """Amplitudes in ±1, any shape, as a model's codes; values outside are clipped.

    Raises ValueError where a sample is NaN.
    """
    if config.output == "softmax":
        return mulaw.encode(samples)
    x = np.asarray(samples, dtype=np.float64)
    if np.isnan(x).any():
        raise ValueError("a sample is NaN")
    return np.clip(np.rint(x * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def decode(codes: Codes) -> NDArray[np.float32]:
    """Amplitudes, float32 in ±1, of codes of either type and any shape."""
    if codes.dtype == np.uint8:
        return mulaw.decode(codes)
    return codes.astype(np.float32) / np.float32(FULL_SCALE)


def mix_feedback(codes: Codes, gain: NDArray[np.int32], offset: NDArray[np.int32]) -> Codes:
    """Codes [n] as a model hears them that is guided: ``gain`` of each sample, and ``offset`` to it.

    Both [n] in steps of 1 / FULL_SCALE. The sum is clipped; where all is kept and nothing added a code
    stays what it is.
    """
    linear = LINEAR[codes] if codes.dtype == np.uint8 else codes.astype(np.int32)
    total = (linear * gain + FULL_SCALE // 2) // FULL_SCALE + offset
    total = np.clip(total, -FULL_SCALE, FULL_SCALE - 1)
    heard = NEAREST[total] if codes.dtype == np.uint8 else total.astype(np.int16)
    return np.where((gain == FULL_SCALE) & (offset == 0), codes, heard)


def as_inputs(config: ModelConfig, codes: Codes) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Codes as a model takes them in: mu-law codes for an embedding, numbers in ±1 for a scalar input.

    A mu-law code's number is its companded value, 2 code / 255 - 1; a linear code's its amplitude.
    """
    if config.input == "embedding":
        return codes if codes.dtype == np.uint8 else mulaw.encode(decode(codes))  # type: ignore[return-value]
    if codes.dtype == np.uint8:
        return (codes.astype(np.float32) * np.float32(2.0 / mulaw.MU)) - np.float32(1.0)
    return decode(codes)
