"""Accompaniment figures: how the notes of a chord are spread over a bar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from engine.composing.plan import Pen, Plan
from engine.composing.theory import lead


@dataclass(frozen=True)
class Stroke:
    """Voices (0 lowest; 3 is the lowest an octave up) struck together at beat ``at`` for ``beats``."""

    at: float
    beats: float
    voices: tuple[int, ...]


@dataclass(frozen=True)
class Figure:
    """What is struck in a bar of three and of four beats, and the tag that tells of it."""

    tag: str
    three: tuple[Stroke, ...]
    four: tuple[Stroke, ...]

    def strokes(self, beats: int) -> tuple[Stroke, ...]:
        """Those of a bar of ``beats`` beats."""
        return self.three if beats == 3 else self.four


def broken(order: tuple[int, ...], step: float = 0.5, beats: float = 0.6) -> Figure:
    """Single notes of the chord, one every ``step`` beats, in an ``order`` that comes round."""

    def bar(length: int) -> tuple[Stroke, ...]:
        return tuple(Stroke(k * step, beats, (order[k % len(order)],)) for k in range(round(length / step)))

    return Figure("arpeggio", bar(3), bar(4))


def chords_at(at: tuple[float, ...], beats: float, voices: tuple[int, ...] = (0, 1, 2)) -> Figure:
    """Chords at the given beats; in three-four time those before the third beat's end."""
    four = tuple(Stroke(beat, beats, voices) for beat in at)
    return Figure("chords", tuple(stroke for stroke in four if stroke.at < 3.0), four)


BROKEN = (broken((0, 1, 2, 1)), broken((0, 2, 1, 2)), broken((0, 1, 2, 3, 2, 1)), broken((2, 1, 0, 1)))
RIPPLING = broken((0, 1, 2, 3), 0.25, 0.5)
TOLLING = broken((0, 2, 1, 2), 1.0, 1.0)
TOLLING_ON = broken((0, 2, 1, 2), 1.0, 2.0)
HELD = Figure("chords", (Stroke(0.0, 2.95, (0, 1, 2)),), (Stroke(0.0, 3.95, (0, 1, 2)),))
HALVES = Figure(
    "chords",
    (Stroke(0.0, 1.9, (0, 1, 2)), Stroke(2.0, 0.9, (0, 1, 2))),
    (Stroke(0.0, 1.9, (0, 1, 2)), Stroke(2.0, 1.9, (0, 1, 2))),
)
OFFBEATS = Figure(
    "chords",
    (Stroke(1.0, 0.8, (1, 2)), Stroke(2.0, 0.8, (1, 2))),
    (Stroke(1.0, 0.8, (0, 1, 2)), Stroke(3.0, 0.8, (0, 1, 2))),
)
PULSE = chords_at((0.0, 1.0, 2.0, 3.0), 0.7)
PUSHED = chords_at((0.0, 1.5, 3.0), 0.9)

Figures = tuple[Figure, Figure, Figure]
"""Of the theme, of the bridge and of the opening."""


def choose(rng: Random, main: tuple[Figure, ...], sparse: tuple[Figure, ...]) -> Figures:
    """A figure for the theme, another one for the bridge, and one for the opening."""
    first, second = rng.sample(main, 2)
    return first, second, rng.choice(sparse)


def sounding_tags(plan: Plan, figures: Figures) -> tuple[str, ...]:
    """Tags of the figures that fill a quarter of a piece's bars or more."""
    bars: Counter[str] = Counter()
    for section in plan.form:
        bars[figures[section.figure].tag] += section.bars
    return tuple(tag for tag in ("arpeggio", "chords") if 4 * bars[tag] >= plan.bars)


def accompany(
    pen: Pen,
    figures: Figures,
    span: tuple[int, int],
    *,
    velocity: float,
    roll: float = 0.0,
    fuller: bool = False,
    swing: float = 0.5,
    sevenths: bool = False,
) -> None:
    """Play the figures over the plan's chords, led within ``span`` (low, high), and hold the last chord.

    Some chords are rolled with up to ``roll`` seconds between notes. ``fuller`` adds the lowest voice
    an octave up to the chords of full sections. ``swing`` is where the second half of a beat comes;
    ``sevenths`` leaves the roots to the bass and takes third, fifth and seventh.
    """
    plan, rng, (low, high) = pen.plan, pen.rng, span
    middle = (low + high) // 2
    voices: tuple[int, ...] = (middle - 5, middle, middle + 4)
    for bar in range(plan.bars):
        section = plan.section(bar * plan.beats)
        chord = plan.chord(bar, 4)[1:] if sevenths and bar < plan.bars - 1 else plan.chord(bar)
        voices = lead(voices, chord, low, high)
        notes = (*voices, voices[0] + 12)
        if bar == plan.bars - 1:
            root = voices[0] - (voices[0] - chord[0]) % 12  # it closes in root position
            pen.chord(plan.last, 0.9 * plan.beats, tuple({root, *voices}), velocity, roll)
            return
        for stroke in figures[section.figure].strokes(plan.beats):
            late = swing - 0.5 if stroke.at % 1.0 == 0.5 else 0.0
            more = (3,) if fuller and section.full and len(stroke.voices) > 1 else ()
            pitches = tuple(notes[voice] for voice in (*stroke.voices, *more))
            spread = rng.uniform(0.4, 1.0) * roll if rng.random() < 0.35 else 0.0
            pen.chord(bar * plan.beats + stroke.at + late, stroke.beats, pitches, velocity, spread)
