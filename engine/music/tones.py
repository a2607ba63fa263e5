"""A score as sound to play along with: sine tones, sample by sample, in step with when notes were struck.

A piano roll (``music.roll``) says which key sounds, and a model has to find out what frequency that is; a
tone of that frequency is something to lock on to. Synthesised instruments start each note at the same
place of their waves, and so do the tones: the phase of a note follows from when it was struck.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.music.roll import DECAY_S, DRUM_KINDS, HIGHEST, LOWEST, Notes, drum_kinds

RELEASE_S = 0.03
"""Seconds in which a tone that has ended falls to 1/e."""
OCTAVES = (HIGHEST - LOWEST) // 12 + 1

GIVEN = 0
"""The channel that says that there is a score: 1 throughout."""
SINES = slice(1, 1 + OCTAVES)
"""Of each octave from A0 on: the sum of velocity / 127 · sin(2 pi f (t - start)) over its notes."""
COSINES = slice(SINES.stop, SINES.stop + OCTAVES)
"""The same a quarter of a period ahead."""
STRUCK = COSINES.stop
"""Velocity / 127 of the notes that began, decaying from then on."""
DRUMS = slice(STRUCK + 1, STRUCK + 1 + len(DRUM_KINDS) + 1)
"""The same of each kind of drum."""
CHANNELS = DRUMS.stop

_STEP = 2.0**-15
"""Values are rounded to this, so that no two machines' sines differ."""
_FADED = 12.0
"""Time constants after which nothing is left: e^-12 is below half a step."""


def frequency(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hz of MIDI pitches in equal temperament, A4 (69) at 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


def tones(notes: Notes, samples: int, first: int, sample_rate: int) -> NDArray[np.float32]:
    """[samples, CHANNELS] float32 of samples ``first`` … of a score at ``sample_rate`` Hz.

    ``first`` may be negative. Keys beyond a piano's and tones above half the rate are left out.
    """
    result = np.zeros((samples, CHANNELS))
    result[:, GIVEN] = 1.0
    start, length, pitch, velocity = (notes[:, field].astype(np.float64) for field in range(4))
    loud, hertz = velocity / 127.0, frequency(pitch)
    drums = notes[:, 5] > 0.5
    keyed = (pitch >= LOWEST) & (pitch <= HIGHEST) & (hertz < sample_rate / 2)
    tail = np.where(drums, _FADED * DECAY_S, np.maximum(length + _FADED * RELEASE_S, _FADED * DECAY_S))
    begin = np.maximum(0, np.ceil(start * sample_rate).astype(np.int64) - first)
    end = np.minimum(samples, np.ceil((start + tail) * sample_rate).astype(np.int64) - first)
    kinds = drum_kinds(notes)
    for i in np.flatnonzero((begin < end) & (drums | keyed)):
        span = slice(begin[i], end[i])
        age = (np.arange(begin[i], end[i]) + first) / sample_rate - start[i]
        struck = loud[i] * np.exp(-age / DECAY_S)
        if drums[i]:
            result[span, DRUMS.start + kinds[i]] += struck
            continue
        result[span, STRUCK] += struck
        envelope = loud[i] * np.exp(-np.maximum(0.0, age - length[i]) / RELEASE_S)
        octave = (int(pitch[i]) - LOWEST) // 12
        phase = 2.0 * np.pi * hertz[i] * age
        result[span, SINES.start + octave] += envelope * np.sin(phase)
        result[span, COSINES.start + octave] += envelope * np.cos(phase)
    return (np.round(result / _STEP) * _STEP).astype(np.float32)
