"""The spectral envelope of phones at given times and pitches: the second of the two speech nets."""

from __future__ import annotations

import numpy as np

from engine.speech.features import CEPSTRA, LOG_F0, Floats
from engine.speech.layers import Weights, encoded, framed
from engine.speech.shape import MOST_LOG_F0, Ints, NetShape, halved, owners_of, places_of

PREFIX = "acoustic"


def envelope(
    weights: Weights, shape: NetShape, tokens: Ints, speaker: Floats, ends: Ints, sounds: Floats
) -> Floats:
    """[G, CEPSTRA] at NET_RATE, by the voice's means and deviations.

    ``tokens`` [T, columns] with their ``ends`` [T]; ``sounds`` [F, 4] at FRAME_RATE: log F0 by the voice's
    mean and deviation, periodicity, voiced, pause.
    """
    states = encoded(weights, f"{PREFIX}.encoder", tokens, speaker, shape.acoustic_encoder)
    owners = owners_of(ends)
    rows = halved(sounds)
    rows[:, 0] = np.clip(rows[:, 0], -MOST_LOG_F0, MOST_LOG_F0)
    rows[:, 2:] = rows[:, 2:] >= 0.5
    inputs = np.concatenate([places_of(ends, owners), rows], axis=1)
    return framed(weights, f"{PREFIX}.frames", states[owners], inputs, shape.acoustic_frames)


def with_variance(rows: Floats, spread: Floats, pause: Floats) -> Floats:
    """``rows`` [G, CEPSTRA] made to stray as far as the voice does: a mean over what may come strays less.

    ``spread`` [CEPSTRA]: how many times as far; ``pause`` [G]: how silent a frame is, which is then left.
    """
    speaking = (1.0 - pause)[:, None]
    wider: Floats = (rows * (1.0 + (spread - 1.0) * speaking)).astype(np.float32)
    return wider


def sounds_of(frames: Floats, mean: float, deviation: float) -> Floats:
    """What ``envelope`` is told of frames [F, CHANNELS]: [F, 4]."""
    sounds = frames[:, CEPSTRA:].astype(np.float32)
    sounds[:, LOG_F0 - CEPSTRA] = (sounds[:, LOG_F0 - CEPSTRA] - mean) / deviation
    return sounds
