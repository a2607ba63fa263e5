"""A score as frames that condition a model: a piano roll, with what has just been struck apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engine.music.score import Score  # it brings mido, which training does without

FRAME_RATE = 100
"""Frames a second."""
LOWEST, HIGHEST = 21, 108
"""MIDI pitches of the first and the last key: A0 and C8. Notes beyond them are left out."""
DECAY_S = 0.05
"""Seconds in which what has been struck falls to 1/e."""
DRUM_KINDS: tuple[tuple[int, ...], ...] = (
    (35, 36),  # bass drums
    (37, 38, 40),  # snare drums and side stick
    (41, 43, 45, 47, 48, 50),  # toms
    (42, 44),  # closed hi-hat
    (46,),  # open hi-hat
    (49, 52, 55, 57),  # crash cymbals
    (51, 53, 59),  # ride cymbals
)
"""General MIDI percussion keys that count as one kind; all others are the last kind, hand percussion."""

_KEYS = HIGHEST - LOWEST + 1
GIVEN = 0
"""The channel that says that there is a score: 1 in every frame of a roll."""
HELD = slice(1, 1 + _KEYS)
"""Notes that sound: velocity / 127 times the share of the frame that they cover."""
STRUCK = slice(HELD.stop, HELD.stop + _KEYS)
"""Notes that began: velocity / 127, decaying from then on."""
DRUMS = slice(STRUCK.stop, STRUCK.stop + len(DRUM_KINDS) + 1)
"""The same of each kind of drum."""
CHANNELS = DRUMS.stop

_KIND = np.full(128, len(DRUM_KINDS))
for _index, _keys in enumerate(DRUM_KINDS):
    _KIND[list(_keys)] = _index

Notes = NDArray[np.float32]
"""[n, 6], sorted by start: start and length in seconds, pitch 0-127, velocity 0-127 as the part's volume
leaves it, program 0-127, 1 for drums."""
FIELDS = 6


def frequency(pitch: float) -> float:
    """Hz of a MIDI pitch in equal temperament, A4 (69) at 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def drum_kinds(notes: Notes) -> NDArray[np.int64]:
    """[n]: which kind of drum each note is, 0…len(DRUM_KINDS); means nothing where it is none."""
    return _KIND[notes[:, 2].astype(np.int64)]


def notes_array(score: Score) -> Notes:
    """All notes of a score, of every part."""
    rows = [
        (n.start, n.length, n.pitch, n.velocity * part.volume / 127.0, part.program, part.drums)
        for part in score.parts
        for n in part.notes
    ]
    notes = np.array(rows, dtype=np.float32).reshape(-1, FIELDS)
    return notes[np.lexsort((notes[:, 2], notes[:, 0]))]


def roll(notes: Notes, frames: int, first: float = 0.0) -> NDArray[np.float32]:
    """[frames, CHANNELS] float32 in 0…1; frame f covers the 10 ms from ``first + f / 100`` seconds on.

    Where notes of one key or kind overlap, the louder counts. A note that starts within a frame is
    struck in that frame already, with the age that it has at the frame's end. ``first`` may be negative.
    """
    result = np.zeros((frames, CHANNELS), dtype=np.float32)
    result[:, GIVEN] = 1.0
    start, length, pitch, velocity = (notes[:, field].astype(np.float64) for field in range(4))
    drums = notes[:, 5] > 0.5
    begin = (start - first) * FRAME_RATE
    end = begin + length * FRAME_RATE
    faded = 12 * DECAY_S * FRAME_RATE  # e^-12 is below what 16 bits can tell from nothing
    kinds = drum_kinds(notes)
    keyed = (pitch >= LOWEST) & (pitch <= HIGHEST)
    sounding = (begin < frames) & (np.maximum(end, begin + faded) > 0) & (drums | keyed)
    for i in np.flatnonzero(sounding):
        loud = velocity[i] / 127.0
        top = max(0, int(np.floor(begin[i])))
        fading = np.arange(top, min(frames, int(np.ceil(begin[i] + faded))))
        struck = loud * np.exp(-(fading + 1 - begin[i]) / (DECAY_S * FRAME_RATE))
        at = DRUMS.start + kinds[i] if drums[i] else STRUCK.start + int(pitch[i]) - LOWEST
        result[fading, at] = np.maximum(result[fading, at], struck)
        if not drums[i]:
            held = np.arange(top, min(frames, int(np.ceil(end[i]))))
            covered = np.minimum(held + 1, end[i]) - np.maximum(held, begin[i])
            key = HELD.start + int(pitch[i]) - LOWEST
            result[held, key] = np.maximum(result[held, key], loud * covered)
    return result
