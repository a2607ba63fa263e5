"""Arrangements for sustained voices: strings and choir."""

from __future__ import annotations

from random import Random

from engine.composing.basses import BEATS, FIFTHS, WHOLE, bassline
from engine.composing.figures import HALVES, HELD, PULSE, PUSHED, Figure, Stroke, accompany, choose
from engine.composing.melody import melody, perform
from engine.composing.plan import Arrangement, Pen, Plan

_VIOLIN, _CELLO, _STRINGS, _CHOIR = 40, 42, 48, 52
_UNTIL_THE_NEXT = Figure("chords", (Stroke(0.0, 3.0, (0, 1, 2)),), (Stroke(0.0, 4.0, (0, 1, 2)),))
_OPEN = Figure("chords", (Stroke(0.0, 3.0, (0, 2)),), (Stroke(0.0, 4.0, (0, 2)),))


def strings(plan: Plan, rng: Random) -> Arrangement:
    """The string orchestra's chords, held or bowed again, over a cello, at times with a violin above."""
    body = Pen(plan, rng, _STRINGS, volume=110, jitter=0.015)
    cello = Pen(plan, rng, _CELLO, volume=96, jitter=0.01)
    figures = choose(rng, (_UNTIL_THE_NEXT, _UNTIL_THE_NEXT, HALVES, PULSE), (_OPEN, _UNTIL_THE_NEXT))
    low = 55 + min(0, plan.mood.register) + rng.choice((-5, 0, 0, 5))
    accompany(body, figures, (low, low + 19), velocity=76, fuller=True)
    bassline(cello, plan, (rng.choice((WHOLE, FIFTHS, BEATS)), FIFTHS), low=36, velocity=84)
    parts, tags = (body.part(), cello.part()), ("ensemble", "cello")
    if rng.random() >= 0.45:
        return parts, tags
    violin = Pen(plan, rng, _VIOLIN, volume=76, jitter=0.01)
    high = rng.choice((67, 72, 72, 76))
    perform(violin, melody(plan, rng, low=high, high=high + 14, density=0.25), 80, legato=0.97)
    return (*parts, violin.part()), (*tags, "violin")


def choir(plan: Plan, rng: Random) -> Arrangement:
    """Three or four sung parts that move together and breathe at the ends of phrases."""
    pen = Pen(plan, rng, _CHOIR, jitter=0.01)
    low = (45 if plan.mood.register < 0 else 52) + rng.choice((-3, 0, 2))
    figures = choose(rng, (HELD, HALVES, HALVES, PUSHED, PULSE), (_OPEN, HELD))
    accompany(pen, figures, (low, low + 21), velocity=84, fuller=True)
    full = rng.random() < 0.6
    if full:
        bassline(pen, plan, (rng.choice((WHOLE, FIFTHS)), WHOLE), low=40, velocity=84)
    return (pen.part(),), ("ensemble", "chords", *(("bass",) if full else ()))
