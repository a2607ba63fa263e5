"""Sound as a recogniser takes it in: at one level, pre-emphasised, as mu-law codes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.emphasis import Emphasis, emphasised
from engine.wavenet.mulaw import encode

EMPHASIS = Emphasis(0.85, 2.58)
"""As of our models of speech."""
LEVEL = 0.08
"""Root mean square, of full scale, of what is loud in a recording."""
LOUD = 0.1
"""What is louder than this share of the loudest 20 ms counts as loud: within 20 dB."""
BLOCK_S = 0.02
AMPLIFIED = 10.0
"""How many times as loud as the codes say the first layer hears it: its weights are then near 1."""

Floats = NDArray[np.float32]


def levelled(samples: Floats, sample_rate: int) -> Floats:
    """``samples`` [n] so loud that their loud parts are at LEVEL; silence as it is."""
    block = max(1, int(BLOCK_S * sample_rate))
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % block))
    power = (padded.reshape(-1, block) ** 2).mean(axis=1)
    if not len(power) or power.max() <= 0.0:
        return samples
    loud = power[power >= power.max() * LOUD**2]
    factor = np.float32(LEVEL / np.sqrt(loud.mean()))
    return samples.astype(np.float32) * factor


def codes_of(samples: Floats) -> NDArray[np.uint8]:
    """The codes [n] of levelled sound."""
    codes: NDArray[np.uint8] = encode(emphasised(EMPHASIS, samples))
    return codes
