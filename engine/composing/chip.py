"""A game console's sound chip in numpy: square waves, a triangle and noise.

Each wave is the sum of its Fourier series up to half the sample rate, so nothing aliases.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from engine.music.score import Note, Part, Score

PULSE_QUARTER, PULSE_EIGHTH, TRIANGLE, NOISE = range(4)
"""What a part's ``program`` means to the chip."""

GENERAL_MIDI = {PULSE_QUARTER: 80, PULSE_EIGHTH: 80, TRIANGLE: 38, NOISE: 0}
"""The General MIDI program nearest to each: square leads, a synth bass, a drum kit."""

_DUTY = {PULSE_QUARTER: 0.25, PULSE_EIGHTH: 0.125}
_EDGE = 0.004  # seconds of fade at a note's ends; harder edges click


def play(score: Score, rng: Random, sample_rate: int) -> NDArray[np.float32]:
    """The score as [n_samples] float32, not normalised.

    Raises ValueError where a part's program is none of the chip's voices.
    """
    mix = np.zeros(round(score.seconds * sample_rate))
    noise = np.random.default_rng(rng.getrandbits(64))
    for part in score.parts:
        for note in part.notes:
            start = round(note.start * sample_rate)
            count = min(round(note.length * sample_rate), len(mix) - start)
            if count > 0:
                mix[start : start + count] += _voice(part, note, count, sample_rate, noise)
    return mix.astype(np.float32)


def for_other_players(score: Score) -> Score:
    """A score for the chip, with General MIDI's programs in place of the chip's voices."""
    parts = tuple(replace(part, program=GENERAL_MIDI[part.program]) for part in score.parts)
    return replace(score, parts=parts)


def _voice(part: Part, note: Note, count: int, rate: int, noise: np.random.Generator) -> NDArray[np.float64]:
    seconds = np.arange(count) / rate
    hertz = 440.0 * 2.0 ** ((note.pitch - 69) / 12.0)
    harmonics = np.arange(1, int(rate / 2 / hertz) + 1)
    wave: NDArray[np.float64]
    if part.program in _DUTY:
        wave = _series(_pulse(_DUTY[part.program], harmonics), hertz, seconds) * np.exp(-2.0 * seconds)
    elif part.program == TRIANGLE:
        wave = _series(_triangle(harmonics), hertz, seconds)
    elif part.program == NOISE:
        # Each value is held for two samples, as the console's slow noise generator does.
        wave = np.repeat(noise.choice((-1.0, 1.0), count // 2 + 1), 2)[:count] * np.exp(-18.0 * seconds)
    else:
        raise ValueError(f"the chip has no voice {part.program}")
    edge = np.minimum(1.0, np.minimum(seconds, seconds[::-1]) / _EDGE)
    return wave * edge * (part.volume / 127.0) * (note.velocity / 127.0)


def _pulse(duty: float, harmonics: NDArray[np.int64]) -> NDArray[np.complex128]:
    turn = np.pi * duty * harmonics
    return np.asarray(4.0 / (np.pi * harmonics) * np.sin(turn) * np.exp(-1j * turn), np.complex128)


def _triangle(harmonics: NDArray[np.int64]) -> NDArray[np.complex128]:
    return np.where(harmonics % 2 == 1, 16.0 / (np.pi * harmonics) ** 2, 0.0).astype(np.complex128)


def _series(
    weights: NDArray[np.complex128], hertz: float, seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The real part of the sum of weights[k - 1] · exp(2πi · k · hertz · t), by Horner's rule."""
    turn = np.exp(2j * np.pi * hertz * seconds)
    total = np.zeros_like(turn)
    for weight in weights[::-1]:
        total = (total + weight) * turn
    return np.asarray(total.real, np.float64)
