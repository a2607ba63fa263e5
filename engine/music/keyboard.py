"""Keys that go down and up: which notes sound, and from when until when they did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.music.roll import FIELDS, Notes

MOST_SOUNDING = 16
"""Notes at a time; the one that began first gives way to another."""
SHORTEST_S = 0.01
"""Seconds that a note sounds at least, however soon its key is let go."""


class KeyChange(NamedTuple):
    """A key or the sustain pedal that went down or up."""

    pitch: int | None
    """Of the key, as in MIDI, 0…127; None for the pedal."""
    velocity: int
    """1…127 where it went down, 0 where it went up."""


class PlayedNote(NamedTuple):
    """A note that was played; samples count as its ``Keyboard`` counts them."""

    start: int
    pitch: int
    velocity: int
    end: int | None = None
    """The sample before which it ended; None while it sounds."""


class Keyboard:
    """What sounds at a moment. One thread plays; any other may look at ``notes``."""

    def __init__(self, sample_rate: int) -> None:
        self._shortest = round(SHORTEST_S * sample_rate)
        self._sounding: dict[int, PlayedNote] = {}
        self._ended: list[PlayedNote] = []
        self._let_go: frozenset[int] = frozenset()
        """Pitches whose keys are up while the pedal holds them."""
        self._pedal = False

    @property
    def sounding(self) -> tuple[PlayedNote, ...]:
        """The notes that have not ended, in the order in which they began."""
        return tuple(self._sounding.values())

    @property
    def ended(self) -> list[PlayedNote]:
        """Those that have, to read only; each ends less than ``SHORTEST_S`` before the one ahead of it."""
        return self._ended

    @property
    def notes(self) -> tuple[PlayedNote, ...]:
        """All of them."""
        return (*self._ended, *self.sounding)

    @property
    def silent(self) -> bool:
        """Whether nothing sounds."""
        return not self._sounding

    def play(self, sample: int, change: KeyChange) -> None:
        """Something goes down or up at ``sample``, which is never before the last one."""
        pitch, velocity = change
        if pitch is None:
            self._press(sample, down=velocity > 0)
        elif velocity:
            self._strike(sample, pitch, velocity)
        elif pitch in self._sounding and self._pedal:
            self._let_go |= {pitch}
        else:
            self._end(sample, pitch)

    def releases(self) -> list[KeyChange]:
        """What lets all go that is held."""
        held = [KeyChange(pitch, 0) for pitch in self._sounding if pitch not in self._let_go]
        return [*held, *([KeyChange(None, 0)] if self._pedal else [])]

    def snapshot(self) -> tuple[dict[int, PlayedNote], int, frozenset[int], bool]:
        """For ``restore``."""
        return dict(self._sounding), len(self._ended), self._let_go, self._pedal

    def restore(self, snapshot: tuple[dict[int, PlayedNote], int, frozenset[int], bool]) -> None:
        """Let what came since not have come; once for each snapshot."""
        self._sounding, ended, self._let_go, self._pedal = snapshot
        del self._ended[ended:]

    def _press(self, sample: int, *, down: bool) -> None:
        self._pedal = down
        if not down:
            for pitch in [pitch for pitch in self._sounding if pitch in self._let_go]:
                self._end(sample, pitch)

    def _strike(self, sample: int, pitch: int, velocity: int) -> None:
        self._end(sample, pitch)
        if len(self._sounding) == MOST_SOUNDING:
            self._end(sample, next(iter(self._sounding)))
        self._sounding[pitch] = PlayedNote(sample, pitch, velocity)

    def _end(self, sample: int, pitch: int) -> None:
        self._let_go -= {pitch}
        note = self._sounding.pop(pitch, None)
        if note is not None:
            self._ended.append(note._replace(end=max(sample, note.start + self._shortest)))


def written(notes: Iterable[PlayedNote], sample_rate: int, end: int) -> Notes:
    """Notes as a score has them, [n, FIELDS]; ``end``: the sample at which those stop that still sound."""
    rows = [
        (note.start / sample_rate, (stop - note.start) / sample_rate, note.pitch, note.velocity, 0, 0)
        for note in notes
        if (stop := min(end, end if note.end is None else note.end)) > note.start
    ]
    found = np.array(rows, np.float32).reshape(-1, FIELDS)
    return found[np.lexsort((found[:, 2], found[:, 0]))]
