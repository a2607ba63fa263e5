"""What the nets of speech have in common, however they are run: widths, and what frames are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import FRAME_RATE, Floats

NET_RATE = 100
"""Hz: the frames of the nets, each two frames of features."""
PLACE_INPUTS = 4
"""Where a frame is in its token."""
SOUND_INPUTS = 4
"""What the envelope depends on: log F0, periodicity, voiced, pause."""
MELODY_OUTPUTS = 4
"""Log F0 by the speaker's mean and deviation; periodicity, voiced and pause before the logistic function."""
LONGEST_PLACE_S = 0.3
"""Times within a token are told up to this."""
MOST_LOG_F0 = 3.0
"""Deviations from the speaker's mean, up to which the envelope follows the melody."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class NetShape:
    """Widths and depths."""

    width: int = 128
    speaker: int = 32
    """Of a speaker's vector."""
    taps: int = 7
    wider: int = 2
    """How many times as wide a block is inside."""
    prosody_encoder: int = 4
    """Blocks over tokens."""
    prosody_frames: int = 3
    """Blocks over frames."""
    acoustic_encoder: int = 3
    acoustic_frames: int = 5


def owners_of(ends: Ints) -> Ints:
    """[G]: the token of each frame at NET_RATE, from the ends [T] of tokens in frames of features.

    A frame belongs to the token that its middle lies in; G = ceil(last end / 2).
    """
    frames = -(-int(ends[-1]) // 2)
    middles = np.minimum(2 * np.arange(frames) + 1, int(ends[-1]) - 1)
    owners: Ints = np.searchsorted(ends, middles, side="right").astype(np.int64)
    return owners


def places_of(ends: Ints, owners: Ints) -> Floats:
    """[G, PLACE_INPUTS]: where each frame is in its token.

    The share of the token that has passed, its log duration, and the time since its beginning and to its end
    in units of LONGEST_PLACE_S, at most 1.
    """
    starts = np.concatenate([[0], ends[:-1]])
    middles = 2.0 * np.arange(len(owners)) + 1.0
    length = (ends - starts)[owners].astype(np.float64)
    since = np.clip(middles - starts[owners], 0.0, length)
    longest = LONGEST_PLACE_S * FRAME_RATE
    columns = [
        since / np.maximum(length, 1.0),
        np.log1p(length) / 4.0,
        np.minimum(since / longest, 1.0),
        np.minimum((length - since) / longest, 1.0),
    ]
    places: Floats = np.stack(columns, axis=1).astype(np.float32)
    return places


def halved(rows: Floats) -> Floats:
    """[ceil(F / 2), C]: the means of two rows each, of [F, C]."""
    padded = np.pad(rows, ((0, len(rows) % 2), (0, 0)), mode="edge")
    means: Floats = padded.reshape(-1, 2, rows.shape[1]).mean(axis=1)
    return means


def doubled(rows: Floats, frames: int) -> Floats:
    """[frames, C]: rows at NET_RATE between which straight lines are drawn, at the rate of features."""
    at = np.clip((np.arange(frames) - 0.5) / 2.0, 0.0, len(rows) - 1.0)
    low = at.astype(np.int64)
    high = np.minimum(low + 1, len(rows) - 1)
    share = (at - low)[:, None]
    between: Floats = (rows[low] * (1.0 - share) + rows[high] * share).astype(np.float32)
    return between
