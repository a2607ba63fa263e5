"""When phones are said, and at what pitch: the first of the two speech nets."""

from __future__ import annotations

import numpy as np

from engine.speech.features import FRAME_RATE, Floats
from engine.speech.layers import Weights, encoded, framed, linear, logistic, normalised
from engine.speech.script import Phrase
from engine.speech.shape import Ints, NetShape, owners_of, places_of
from engine.speech.spoken import Manner
from engine.speech.tokens import PAUSES, Tokens

PREFIX = "prosody"
LEAST = 2.0
"""Frames of a phone."""
LONGEST_PAUSE = 80
"""Frames of a pause that the nets are shown; the middle of a longer one is drawn out."""
BREATH_S = 0.2
"""A pause that no stop calls for; the median of those that the voices' corpus has before and, but."""
SHORT_START = 20
"""Frames of the silence before a sentence that the nets are shown."""


def token_states(weights: Weights, shape: NetShape, tokens: Ints, speaker: Floats) -> Floats:
    """[T, width] of tokens [T, columns]."""
    return encoded(weights, f"{PREFIX}.encoder", tokens, speaker, shape.prosody_encoder)


def durations(weights: Weights, states: Floats) -> Floats:
    """[T]: frames of 5 ms that each phone takes at the voice's own speed; of pauses it means nothing."""
    rows = linear(weights, f"{PREFIX}.duration", normalised(weights, f"{PREFIX}.duration_norm", states))
    lengths: Floats = np.exp(np.minimum(rows[:, 0], 6.0))
    return lengths


def melody(weights: Weights, shape: NetShape, states: Floats, ends: Ints) -> Floats:
    """[G, 4] at NET_RATE: log F0 by the voice's mean and deviation, periodicity, voiced and pause, 0…1."""
    owners = owners_of(ends)
    rows = framed(weights, f"{PREFIX}.frames", states[owners], places_of(ends, owners), shape.prosody_frames)
    result: Floats = np.concatenate([rows[:, :1], logistic(rows[:, 1:])], axis=1)
    return result


def pause_after(phrase: Phrase, manner: Manner, pauses: dict[str, float]) -> int:
    """Frames of the pause after a phrase: the text's own, or the stop's by ``pauses`` (seconds)."""
    if phrase.pause_s is not None:
        return round(phrase.pause_s * FRAME_RATE)
    seconds = BREATH_S if phrase.breath else pauses.get(phrase.stop, 0.0)
    return round(seconds * manner.pauses / manner.speed * FRAME_RATE)


def token_lengths(tokens: Tokens, natural: Floats, phrase: Phrase, manner: Manner) -> Floats:
    """[T]: frames of each token as it is said; pauses are SHORT_START.

    ``natural`` [T]: what ``durations`` says.
    """
    lengths = np.maximum(natural / manner.speed, LEAST)
    rates = np.array([word.speed for word in phrase.words])
    lengths[tokens.own] = np.maximum(
        natural[tokens.own] / (manner.speed * rates[tokens.words[tokens.own]]), LEAST
    )
    lengths[tokens.rows[:, 0] < PAUSES] = SHORT_START
    result: Floats = lengths.astype(np.float32)
    return result


def ends_of(lengths: Floats) -> Ints:
    """[T]: the frame after the last of each token, whole; fractions go on to the next."""
    ends: Ints = np.rint(np.cumsum(lengths, dtype=np.float64)).astype(np.int64)
    return ends
