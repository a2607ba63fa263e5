"""What a model in training hears of its own past: the samples before, sometimes with noise or a guide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import mulaw
from engine.config import ModelConfig
from engine.music.guide import ScoreGuide
from engine.music.roll import Notes
from engine.quantisation import FULL_SCALE, as_inputs, code_type, decode, hear


def heard(
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
        levels = codes if codes.dtype == np.uint8 else mulaw.encode(decode(codes))
        shifted = levels.astype(np.int64) + np.rint(noise).astype(np.int64)
        codes = np.clip(shifted, 0, mulaw.MU).astype(np.uint8)
    inputs = as_inputs(config, codes)
    return inputs.astype(np.int64 if config.input == "embedding" else np.float32), decode(codes)


def moved(amplitudes: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Amplitudes in ±1 moved by ``steps`` mu-law steps, float32 in ±1."""
    companded = np.clip(mulaw.compand(amplitudes) + steps * (2.0 / mulaw.MU), -1.0, 1.0)
    return mulaw.expand(companded).astype(np.float32)


def guided(config: ModelConfig, previous: NDArray[np.int64], notes: Notes, start: int) -> NDArray[np.int64]:
    """``previous`` [n], codes of the model's type, as a stream hears its samples that plays ``notes``.

    ``previous[0]`` is the sample before sample ``start`` of what the notes are of, and stays what it is.
    """
    guide = ScoreGuide(config.sample_rate, notes).samples(start, len(previous) - 1)
    if guide is None:
        return previous
    codes = previous[1:].astype(code_type(config))
    return np.concatenate([previous[:1], hear(codes, guide.kept, guide.added).astype(np.int64)])
