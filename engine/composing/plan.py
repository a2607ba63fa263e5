"""What a piece is decided to be before a note is written, and the pen that writes its notes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random

from engine.composing.form import THEME, Section
from engine.composing.theory import Key
from engine.music.score import Note, Part

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
    """Key, metre, tempo, mood, chords and form of a piece: one chord root (a degree) a bar."""

    key: Key
    bpm: int
    beats: int
    """Beats a bar."""
    mood: Mood
    roots: tuple[int, ...]
    sections: tuple[Section, ...] = ()
    """End to end; none at all means one section."""
    slowing: float = 1.0
    """How much longer a beat is at the very end: a ritardando over the last two bars."""
    alone: bool = False
    """Whether the piece is a melody without accompaniment."""

    @property
    def bars(self) -> int:
        """How many bars the piece has."""
        return len(self.roots)

    @property
    def last(self) -> float:
        """The beat on which the closing chord begins: the last bar's first."""
        return float((self.bars - 1) * self.beats)

    @property
    def seconds(self) -> float:
        """How long the piece lasts."""
        return self.time(self.bars * self.beats)

    @property
    def form(self) -> tuple[Section, ...]:
        """The sections, end to end."""
        return self.sections or (Section(THEME, 0, self.bars),)

    def section(self, beat: float) -> Section:
        """The section that a beat lies in; the last one for beats after the end."""
        return next((s for s in self.form if beat < s.end * self.beats), self.form[-1])

    def time(self, beat: float) -> float:
        """When a beat comes, in seconds: evenly, then ever slower over the last two bars."""
        slowed = min(2 * self.beats, self.bars * self.beats)
        into = max(0.0, beat - (self.bars * self.beats - slowed))
        return 60.0 / self.bpm * (beat + (self.slowing - 1.0) * into * into / (2 * slowed))

    def chord(self, bar: int, notes: int = 3) -> tuple[int, ...]:
        """Pitch classes of a bar's chord, root first."""
        return self.key.chord(self.roots[bar], notes)

    def bass(self, bar: int, low: int) -> int:
        """The root of a bar's chord, in the octave that starts at pitch ``low``."""
        return low + (self.chord(bar)[0] - low) % 12

    def dynamics(self, beat: float) -> float:
        """A factor on velocities: the section's level, a swell over its phrases, accents on downbeats."""
        section = self.section(beat)
        into = beat - section.first * self.beats
        share = min(1.0, max(0.0, into / (section.bars * self.beats)))
        level = section.level[0] + (section.level[1] - section.level[0]) * share
        phrase = (into / (4 * self.beats)) % 1.0
        accent = 1.07 if beat % self.beats == 0 else 1.0 if beat % 1.0 == 0 else 0.95
        return level * accent * (0.93 + 0.12 * math.sin(math.pi * phrase))


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
        self.plan = plan
        self.rng = rng
        self._program = program
        self._volume = volume
        self._jitter = jitter
        self._drums = drums
        self._notes: list[Note] = []

    def play(self, beat: float, beats: float, pitch: int, velocity: float, shift: float = 0.0) -> None:
        """Add a note, ``shift`` seconds late; ``velocity`` is before mood and dynamics."""
        due = self.plan.time(beat)
        start = max(0.0, due + shift + self.rng.gauss(0.0, self._jitter))
        end = min(self.plan.seconds, self.plan.time(beat + beats) + start - due)
        force = velocity * self.plan.mood.force * self.plan.dynamics(beat) + self.rng.gauss(0.0, 3.0)
        self._notes.append(Note(start, max(_SHORTEST, end - start), pitch, min(127, max(12, round(force)))))

    def chord(
        self, beat: float, beats: float, pitches: tuple[int, ...], velocity: float, roll: float = 0.0
    ) -> None:
        """Add the notes of a chord from the lowest up, ``roll`` seconds between one and the next."""
        for k, pitch in enumerate(sorted(pitches)):
            self.play(beat, beats, pitch, velocity, shift=k * roll)

    def part(self) -> Part:
        """What was written, in order of time: a note struck again ends just before, unisons sound once."""
        notes: list[Note] = []
        next_start: dict[int, float] = {}
        for note in sorted(self._notes, reverse=True):
            # Unevenness can make a note last into its own repetition, and its end would then end both.
            longest = next_start.get(note.pitch, math.inf) - note.start - _REPEAT_GAP
            if longest >= _SHORTEST:
                notes.append(replace(note, length=min(note.length, longest)))
                next_start[note.pitch] = note.start
        return Part(self._program, tuple(reversed(notes)), self._volume, self._drums)
