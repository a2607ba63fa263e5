"""Melodies from motifs: a rhythm and a contour that come back, fitted to the chords."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from engine.composing.plan import Pen, Plan
from engine.composing.theory import nearest

# Which motif each bar of a four-bar phrase takes: statement, answer, change, close.
_FORM = (0, 0, 1, 2)
_HIGHEST = 103  # of a melody's octaves


@dataclass(frozen=True)
class Tone:
    """A melody note: ``beat`` from the start of the piece, ``beats`` long."""

    beat: float
    beats: float
    pitch: int


@dataclass(frozen=True)
class _Motif:
    rhythm: tuple[float, ...]
    steps: tuple[int, ...]


def melody(plan: Plan, rng: Random, *, low: int, high: int, density: float | None = None) -> list[Tone]:
    """A melody over the plan's chords in its sections that have one, from pitch ``low`` to ``high``.

    Strong beats take the chord note nearest to where the contour leads; the others follow the
    scale. ``density`` 0 (long notes) to 1 (quavers) overrides the mood's. Phrases end with a rest,
    the bridge has motifs of its own, and the last bar is the tonic, held.
    """
    low, high = low + plan.mood.register, high + plan.mood.register
    busy = plan.mood.density if density is None else density
    close = _Motif((float(plan.beats),), (0,))
    motifs = [[_motif(rng, plan.beats, part) for _ in range(2)] + [close] for part in (busy, 1.0 - busy)]
    pitch = nearest(plan.chord(0), (low + high) // 2)
    tones: list[Tone] = []
    for section in (section for section in plan.form if section.melody):
        span = (low + section.shift, high + section.shift)
        for bar in range(section.first, min(section.end, plan.bars - 1)):
            phrase = (bar - section.first) % 4
            closing = phrase == 3 or (bar == section.end - 1 and bar < plan.bars - 2)
            motif = motifs[section.material][2 if closing else _FORM[phrase]]
            for tone in _sing(plan, rng, bar, motif, pitch, span, closing):
                tones.append(tone)
                pitch = tone.pitch
    tonic = nearest(plan.chord(plan.bars - 1)[:1], min(high - 6, max(low + 6, pitch)))
    if plan.form[-1].melody:
        tones.append(Tone(plan.last, 0.9 * plan.beats, tonic))
    return tones


def _sing(
    plan: Plan, rng: Random, bar: int, motif: _Motif, pitch: int, span: tuple[int, int], closing: bool
) -> Iterator[Tone]:
    """One bar: the motif from ``pitch`` on, within ``span``; a closing bar ends with a breath."""
    low, high = span
    scale, at = plan.key.scale(low, high), 0.0
    for length, step in zip(motif.rhythm, motif.steps, strict=True):
        degree = min(range(len(scale)), key=lambda i: abs(scale[i] - pitch))
        pitch = scale[max(0, min(len(scale) - 1, degree + step))]
        if at % 2 == 0 or closing:
            pitch = nearest(plan.chord(bar), pitch)
            pitch += 12 * ((pitch < low) - (pitch > high))
        if at % 2 == 0 or rng.random() > 0.08:
            yield Tone(bar * plan.beats + at, length * (0.7 if closing else 1.0), pitch)
        at += length


def perform(
    pen: Pen,
    tones: list[Tone],
    velocity: float,
    *,
    legato: float = 1.0,
    swing: float = 0.5,
    octave: int = 0,
    lean: float = 0.012,
) -> None:
    """Play a melody as a soloist does: a little ahead of the beat or behind, long notes stronger.

    ``lean`` bounds how many seconds it is early or late, all along.

    ``legato`` is the share of its length that a note sounds, ``swing`` where the second half of a beat
    comes; full sections are doubled ``octave`` semitones away (0: not at all).
    """
    lean = pen.rng.uniform(-lean, lean)
    for tone in tones:
        late = swing - 0.5 if tone.beat % 1.0 == 0.5 else 0.0
        force = velocity * (1.05 if tone.beats >= 1.5 else 0.97)
        pen.play(tone.beat + late, tone.beats * legato - late, tone.pitch, force, lean)
        if octave and pen.plan.section(tone.beat).full and tone.pitch + octave <= _HIGHEST:
            pen.play(tone.beat + late, tone.beats * legato - late, tone.pitch + octave, 0.8 * force, lean)


def _motif(rng: Random, beats: int, density: float) -> _Motif:
    rhythm: list[float] = []
    while (left := beats - sum(rhythm)) > 0:
        cells: list[tuple[tuple[float, ...], float]] = [
            ((1.0,), 1.0),
            ((0.5, 0.5), 1.6 * density),
            ((2.0,), 1.5 * (1.0 - density)),
            ((1.5, 0.5), 0.7),
        ]
        fitting = [(cell, weight) for cell, weight in cells if sum(cell) <= left]
        rhythm += rng.choices([c for c, _ in fitting], [w for _, w in fitting])[0]
    steps = [rng.choice((-2, -1, -1, 0, 1, 1, 2)) for _ in rhythm]
    return _Motif(tuple(rhythm), tuple(steps))
