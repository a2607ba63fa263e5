"""Pre-emphasis: the samples that a model sees are filtered, and those that it draws are filtered back.

Errors of an 8-bit net are as loud at 6 kHz as at 200 Hz, where speech is 30 dB louder; undoing the filter
makes them fall with frequency as speech does (LPCNet, Valin and Skoglund 2019, section 3.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.wavenet.codes import Codes, decode, encode
from engine.wavenet.config import ModelConfig

Floats = NDArray[np.float32]


def gain(coefficient: float) -> float:
    """What the filtered samples are multiplied by, so that speech keeps about its level: (1 - c)^(-1/2)."""
    return float((1.0 - coefficient) ** -0.5)


def emphasised(coefficient: float, samples: ArrayLike, before: float = 0.0) -> Floats:
    """The filtered sound, g (x[t] - c x[t-1]), of ``samples`` [n]: [n] float32, not clipped.

    ``before``: x[-1], the sample before them.
    """
    x = np.asarray(samples, np.float64)
    shifted = np.concatenate([[before], x[:-1]]) if len(x) else x
    return (gain(coefficient) * (x - coefficient * shifted)).astype(np.float32)


class Deemphasis:
    """The filter back, x[t] = y[t] / g + c x[t-1], which goes on from block to block."""

    def __init__(self, coefficient: float, before: float = 0.0) -> None:
        """``before``: the sample before the first one, in ±1."""
        self._coefficient, self._last = coefficient, before

    def __call__(self, samples: Floats) -> Floats:
        """The next samples [n] as they sound, float32 in ±1; with a coefficient of 0 as they were.

        What lies beyond ±1, which drawn samples can add up to, is clipped.
        """
        if not self._coefficient:
            return samples
        out = samples.astype(np.float64) / gain(self._coefficient)
        last = self._last
        for t, value in enumerate(out.tolist()):
            last = out[t] = value + self._coefficient * last
        self._last = float(last)
        return np.clip(out, -1.0, 1.0).astype(np.float32)


def codes_of(config: ModelConfig, samples: ArrayLike) -> Codes:
    """Sound, [n] amplitudes in ±1 from silence on, as the codes that a model works on.

    Raises ValueError where a sample is NaN.
    """
    if not config.pre_emphasis:
        return encode(config, samples)
    return encode(config, emphasised(config.pre_emphasis, samples))


def samples_of(config: ModelConfig, codes: Codes, after: Codes | None = None) -> Floats:
    """How a model's codes [n] sound: float32 in ±1. ``after``: codes that came before them, if any did."""
    back = Deemphasis(config.pre_emphasis)
    if after is not None:
        back(decode(after))
    return back(decode(codes))
