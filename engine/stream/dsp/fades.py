"""Short fades, so that nothing starts, stops or changes with a click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


class FadeIn:
    """Raises what passes from silence to full level, over any number of blocks."""

    def __init__(self, sample_rate: int) -> None:
        self._gain = _falling(max(1, round(FADE_S * sample_rate)))[::-1] ** 2
        self._done = len(self._gain)

    def restart(self) -> None:
        """Let the next sample be the first of a fade."""
        self._done = 0

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] samples; the very same ones once the fade is over."""
        gain = self._gain[self._done : self._done + len(samples)]
        if not len(gain):
            return samples
        self._done += len(gain)
        faded = samples.copy()
        faded[: len(gain)] *= gain
        return faded


def _falling(n: int) -> NDArray[np.float32]:
    """[n] a quarter of a cosine, from nearly 1 to nearly 0; its mirror image squared adds up to 1."""
    gain: NDArray[np.float64] = np.cos((np.arange(n) + 0.5) * (np.pi / 2 / max(n, 1)))
    return gain.astype(np.float32)
