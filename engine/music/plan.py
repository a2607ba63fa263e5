"""What a piece is decided to be before a note is written, and the pen that writes its notes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random

from engine.music.score import Note, Part
from engine.music.theory import Key

Arrangement = tuple[tuple[Part, ...], tuple[str, ...]]
"""Parts, and the tags that tell what is heard in them."""

_REPEAT_GAP = 0.004  # seconds between a note's end and the next one of the same pitch
_SHORTEST = 0.04  # seconds; what is struck again sooner is one note


@dataclass(frozen=True)
class Mood:
    """How a mood bends a piece.

    ``minor`` is the probability of the minor mode, ``pace`` the part of the genre's tempo range
    (0 to 1), ``register`` a shift of the melody in semitones, ``force`` a factor on velocities,
    ``density`` how many notes the melody has (0 to 1).
    """

    name: str
    minor: float
    pace: tuple[float, float]
    register: int
    force: float
    density: float


MOODS = {
    mood.name: mood
    for mood in (
        Mood("calm", 0.3, (0.0, 0.45), 0, 0.88, 0.25),
        Mood("sad", 1.0, (0.0, 0.4), 0, 0.9, 0.3),
        Mood("dark", 1.0, (0.2, 0.8), -5, 1.0, 0.4),
        Mood("dreamy", 0.3, (0.0, 0.5), 4, 0.85, 0.4),
        Mood("happy", 0.0, (0.5, 1.0), 2, 1.0, 0.65),
        Mood("energetic", 0.5, (0.7, 1.0), 0, 1.08, 0.85),
    )
}


@dataclass(frozen=True)
class Plan:
    """Key, metre, tempo, mood and chords of a piece: one chord root (a degree) a bar."""

    key: Key
    bpm: int
    beats: int
    """Beats a bar."""
    mood: Mood
    roots: tuple[int, ...]

    @property
    def bars(self) -> int:
        """How many bars the piece has."""
        return len(self.roots)

    @property
    def seconds(self) -> float:
        """How long the piece lasts."""
        return self.bars * self.beats * 60.0 / self.bpm

    def chord(self, bar: int, notes: int = 3) -> tuple[int, ...]:
        """Pitch classes of a bar's chord, root first."""
        return self.key.chord(self.roots[bar], notes)

    def bass(self, bar: int, low: int) -> int:
        """The root of a bar's chord, in the octave that starts at pitch ``low``."""
        return low + (self.chord(bar)[0] - low) % 12

    def swell(self, beat: float) -> float:
        """Dynamics: a factor that rises and falls over each phrase of four bars, 0.9 to 1.05."""
        phrase = (beat / (4 * self.beats)) % 1.0
        return 0.9 + 0.15 * math.sin(math.pi * phrase)


class Pen:
    """Writes the notes of one part, in beats, with a player's small unevenness.

    ``jitter`` is the standard deviation of the timing in seconds.
    """

    def __init__(
        self,
        plan: Plan,
        rng: Random,
        program: int,
        *,
        volume: int = 100,
        jitter: float = 0.006,
        drums: bool = False,
    ) -> None:
        self._plan = plan
        self._rng = rng
        self._program = program
        self._volume = volume
        self._jitter = jitter
        self._drums = drums
        self._notes: list[Note] = []

    def play(self, beat: float, beats: float, pitch: int, velocity: float) -> None:
        """Add a note; ``velocity`` is before mood and dynamics."""
        second = 60.0 / self._plan.bpm
        start = max(0.0, beat * second + self._rng.gauss(0.0, self._jitter))
        force = velocity * self._plan.mood.force * self._plan.swell(beat) + self._rng.gauss(0.0, 3.0)
        self._notes.append(
            Note(start, max(_SHORTEST, beats * second), pitch, min(127, max(12, round(force))))
        )

    def part(self) -> Part:
        """What was written, in order of time: a note struck again ends just before, unisons sound once."""
        kept: list[Note] = []
        struck: dict[int, float] = {}
        for note in sorted(self._notes, reverse=True):
            # Unevenness can make a note last into its own repetition, and its end would then end both.
            room = struck.get(note.pitch, math.inf) - note.start - _REPEAT_GAP
            if room >= _SHORTEST:
                kept.append(replace(note, length=min(note.length, room)))
                struck[note.pitch] = note.start
        return Part(self._program, tuple(reversed(kept)), self._volume, self._drums)
