"""What a model in training is fed as its own past: the samples before, or these with what may go wrong.

Noise, a score's feedback track, a drift: a free run's past is not a recording's, and a model must find back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.music.guide import ScoreGuide
from engine.music.roll import Notes
from engine.wavenet import mulaw
from engine.wavenet.codes import FULL_SCALE, as_inputs, code_type, decode, encode, mix_feedback
from engine.wavenet.config import ModelConfig

OFFSETS = (0.01, 1.25)
"""Of full scale: from hardly audible to pinned at the end of the scale."""
FASTEST_SWAY_HZ = 20.0
"""Below any note."""
WRONG_LEVEL = 1 / 2
"""How many of the drifts are too loud or too soft instead, as many of either."""
LOUD_GAINS = (2.0, 6.0)
SOFT_GAINS = (0.02, 0.3)
"""By what factor."""
SHORTEST_DRIFT_S = 0.02
RAMP_S = 0.005


def model_inputs(
    config: ModelConfig, previous: NDArray[np.int64], noise: NDArray[np.float64] | None = None
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """What goes in for ``previous`` [n], codes of the model's type, and the amplitudes [n] that this says.

    ``noise`` [n], in steps of the mu-law scale: mu-law codes move by as many levels, rounded; a 16-bit
    amplitude that a scalar input takes moves as far on the companded scale, not rounded. So the same
    noise is small where the sound is soft, whatever the model. Returns inputs as
    ``model.WaveNet.forward`` takes them, int64 or float32.
    """
    codes = previous.astype(code_type(config))
    if noise is not None and config.input == "scalar" and codes.dtype != np.uint8:
        amplitudes = moved(previous / FULL_SCALE, noise)
        return amplitudes, amplitudes
    if noise is not None:
        mulaw_codes = codes if codes.dtype == np.uint8 else mulaw.encode(decode(codes))
        shifted = mulaw_codes.astype(np.int64) + np.rint(noise).astype(np.int64)
        codes = np.clip(shifted, 0, mulaw.MU).astype(np.uint8)
    inputs = as_inputs(config, codes)
    return inputs.astype(np.int64 if config.input == "embedding" else np.float32), decode(codes)


def moved(amplitudes: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Amplitudes in ±1 moved by ``steps`` mu-law steps, float32 in ±1."""
    companded = np.clip(mulaw.compand(amplitudes) + steps * (2.0 / mulaw.MU), -1.0, 1.0)
    return mulaw.expand(companded).astype(np.float32)


def mix_score_track(
    config: ModelConfig, previous: NDArray[np.int64], notes: Notes, start: int
) -> NDArray[np.int64]:
    """``previous`` [n], codes of the model's type, as a stream that plays ``notes`` feeds its samples back.

    ``previous[0]`` is the sample before sample ``start`` of what the notes are of, and stays what it is.
    """
    guide = ScoreGuide(config.sample_rate, notes).samples(start, len(previous) - 1)
    if guide is None:
        return previous
    codes = previous[1:].astype(code_type(config))
    return np.concatenate([previous[:1], mix_feedback(codes, guide.gain, guide.offset).astype(np.int64)])


def drifted(config: ModelConfig, previous: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """``previous`` [n], codes of the model's type, as those of a stream that has drifted.

    For a while anywhere in it the samples ride on an offset, or on a sway too slow for a tone, or are
    several times too loud or too soft. No recording is like that, so a model that never met it takes it for
    sound that goes on, and stays there for good.
    """
    n, rate = len(previous), config.sample_rate
    seconds = np.arange(n) / rate
    length = SHORTEST_DRIFT_S * max(1.0, n / rate / SHORTEST_DRIFT_S) ** rng.random()
    begin = rng.uniform(-length, n / rate)
    ramps = np.minimum(seconds - begin, begin + length - seconds) / RAMP_S
    share = np.clip(ramps, 0.0, 1.0)
    gain, offset = np.ones(n), np.zeros(n)
    if rng.random() < WRONG_LEVEL:
        gain += share * (_between(*(LOUD_GAINS if rng.random() < 0.5 else SOFT_GAINS), rng) - 1.0)
    else:
        hertz = FASTEST_SWAY_HZ ** rng.random() if rng.random() < 0.5 else 0.0
        offset = share * np.cos(2.0 * np.pi * hertz * (seconds - begin))
        offset *= _between(*OFFSETS, rng) * rng.choice((-1.0, 1.0))
    distorted = gain * decode(previous.astype(code_type(config))) + offset
    return encode(config, distorted).astype(np.int64)


def _between(low: float, high: float, rng: np.random.Generator) -> float:
    """Anywhere between the two, by its logarithm."""
    return float(low * (high / low) ** rng.random())
