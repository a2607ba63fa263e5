"""Short fades, so that nothing starts, stops or changes with a click."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import as_samples
from engine.stream.machine import routine

FADE_S = 0.010
"""Seconds of a fade in or out."""
CROSSFADE_S = 0.030
"""Seconds in which one take gives way to the next."""


def fade_out(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """[n] samples, brought from full level to silence."""
    return samples * _falling(len(samples)) ** 2


def crossfade(n: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """[n] gains of what ends and of what begins; the sum of their squares is 1 throughout."""
    gain = _falling(n)
    return gain, gain[::-1]


class FadeArrays(NamedTuple):
    """A fade, and where it began."""

    at: NDArray[np.int64]
    start: NDArray[np.int64]
    """[1]: the sample that it began with."""
    gain: NDArray[np.float32]
    """[length of the fade]."""


class FadeIn:
    """Raises what passes from silence to full level, over any number of blocks."""

    def __init__(self, sample_rate: int) -> None:
        gain = np.ascontiguousarray(_falling(max(1, round(FADE_S * sample_rate)))[::-1] ** 2)
        self.arrays = FadeArrays(np.zeros(1, np.int64), np.full(1, -len(gain), np.int64), gain)

    def restart(self) -> None:
        """Let the next sample be the first of a fade."""
        self.arrays.start[0] = self.arrays.at[0]

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] samples; unchanged once the fade is over."""
        samples = as_samples(samples)
        out = np.empty_like(samples)
        routine("dsp.compiled", "fade_in", self.arrays, samples, out)()
        return out

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples, which came since ``restart``, not have come yet."""
        self.arrays.at[0] -= n


def _falling(n: int) -> NDArray[np.float32]:
    """[n] a quarter of a cosine, from nearly 1 to nearly 0; its mirror image squared adds up to 1."""
    gain: NDArray[np.float64] = np.cos((np.arange(n) + 0.5) * (np.pi / 2 / max(n, 1)))
    return gain.astype(np.float32)
