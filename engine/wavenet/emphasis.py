"""Pre-emphasis: the samples that a model sees are filtered, and those that it draws are filtered back.

Errors of an 8-bit net are as loud at 6 kHz as at 200 Hz, where speech is 30 dB louder; undoing the filter
makes them fall with frequency as speech does (LPCNet, Valin and Skoglund 2019, section 3.2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.wavenet.codes import Codes, decode, encode
from engine.wavenet.config import ModelConfig
from engine.wavenet.mulaw import DECODED

Floats = NDArray[np.float32]


class Emphasis(NamedTuple):
    """The filter g (1 - c / z)."""

    coefficient: float = 0.0
    """c, 0…0.999."""
    gain: float = 1.0
    """g, above 0."""

    @property
    def changes_nothing(self) -> bool:
        """Whether sound passes as it is."""
        return self.coefficient == 0.0 and self.gain == 1.0


UNFILTERED = Emphasis()


def emphasis_of(config: ModelConfig) -> Emphasis:
    """What a model's samples go through before they become codes."""
    coefficient = config.pre_emphasis
    return Emphasis(coefficient, config.emphasis_gain or float((1.0 - coefficient) ** -0.5))


def emphasised(emphasis: Emphasis, samples: ArrayLike, before: float = 0.0) -> Floats:
    """The filtered sound, g (x[t] - c x[t-1]), of ``samples`` [n]: [n] float32, not clipped.

    ``before``: x[-1], the sample before them.
    """
    x = np.asarray(samples, np.float64)
    shifted = np.concatenate([[before], x[:-1]]) if len(x) else x
    return (emphasis.gain * (x - emphasis.coefficient * shifted)).astype(np.float32)


class Deemphasis:
    """The filter back, x[t] = y[t] / g + c x[t-1], which goes on from block to block."""

    def __init__(self, emphasis: Emphasis, before: float = 0.0) -> None:
        """``before``: the sample before the first one, in ±1."""
        self._emphasis, self._last = emphasis, before

    def __call__(self, samples: Floats) -> Floats:
        """The next samples [n] as they sound, float32 in ±1; as they were where the filter changes nothing.

        What lies beyond ±1, which drawn samples can add up to, is clipped.
        """
        if self._emphasis.changes_nothing:
            return samples
        out = samples.astype(np.float64) / self._emphasis.gain
        last = self._last
        for t, value in enumerate(out.tolist()):
            last = out[t] = value + self._emphasis.coefficient * last
        self._last = float(last)
        return np.clip(out, -1.0, 1.0).astype(np.float32)


def audible_odds(emphasis: Emphasis, odds: NDArray[np.float64], before: float) -> NDArray[np.float64]:
    """Chances [256] of the mu-law codes of a filtered sample as those of the sample's own, as it sounds.

    ``before``: how the sample before it sounds. Each code's chance is spread evenly over its interval.
    """
    if emphasis.changes_nothing:
        return odds
    middles = (DECODED[1:] + DECODED[:-1]) / 2.0
    edges = np.concatenate([DECODED[:1], middles, DECODED[-1:]]).astype(np.float64)
    moved = edges / emphasis.gain + emphasis.coefficient * before
    below = np.interp(edges, moved, np.concatenate([[0.0], np.cumsum(odds)]))
    audible: NDArray[np.float64] = np.diff(below)
    audible[0] += below[0]  # what lies outside is clipped
    audible[-1] += odds.sum() - below[-1]
    return np.maximum(audible, 0.0)  # sums are rounded


def codes_of(config: ModelConfig, samples: ArrayLike) -> Codes:
    """Sound, [n] amplitudes in ±1 from silence on, as the codes that a model works on.

    Raises ValueError where a sample is NaN.
    """
    emphasis = emphasis_of(config)
    return encode(config, samples if emphasis.changes_nothing else emphasised(emphasis, samples))


def samples_of(config: ModelConfig, codes: Codes, after: Codes | None = None) -> Floats:
    """How a model's codes [n] sound: float32 in ±1. ``after``: codes that came before them, if any did."""
    back = Deemphasis(emphasis_of(config))
    if after is not None:
        back(decode(after))
    return back(decode(codes))
