"""Melodies from motifs: a rhythm and a contour that come back, fitted to the chords."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from engine.music.plan import Plan
from engine.music.theory import nearest

# Which motif each bar of a four-bar phrase takes: statement, answer, change, close.
_FORM = (0, 0, 1, 2)


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


def melody(
    plan: Plan, rng: Random, *, low: int, high: int, density: float | None = None, first_bar: int = 0
) -> list[Tone]:
    """A melody over the plan's chords from ``first_bar`` on, from pitch ``low`` to ``high``.

    Strong beats take the chord note nearest to where the contour leads; the others follow the
    scale. ``density`` 0 (long notes) to 1 (quavers) overrides the mood's. Phrases end with a rest.
    """
    low, high = low + plan.mood.register, high + plan.mood.register
    scale = plan.key.scale(low, high)
    busy = plan.mood.density if density is None else density
    motifs = [_motif(rng, plan.beats, busy) for _ in range(2)]
    motifs.append(_Motif((float(plan.beats),), (0,)))
    pitch = nearest(plan.chord(first_bar), (low + high) // 2)
    tones: list[Tone] = []
    for bar in range(first_bar, plan.bars):
        motif, at = motifs[_FORM[bar % 4]], 0.0
        closing = bar % 4 == 3
        for length, step in zip(motif.rhythm, motif.steps, strict=True):
            place = min(range(len(scale)), key=lambda i: abs(scale[i] - pitch))
            wanted = scale[max(0, min(len(scale) - 1, place + step))]
            if at % 2 == 0 or closing:
                wanted = nearest(plan.chord(bar), wanted)
                wanted += 12 * ((wanted < low) - (wanted > high))
            sung = length * (0.7 if closing else 1.0)
            if at % 2 == 0 or rng.random() > 0.08:
                tones.append(Tone(bar * plan.beats + at, sung, wanted))
            pitch, at = wanted, at + length
    return tones


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
