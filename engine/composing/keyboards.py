"""Arrangements for one player: piano, guitar, organ and music box."""

from __future__ import annotations

from random import Random

from engine.composing.basses import BEATS, FIFTHS, WHOLE, bassline
from engine.composing.figures import (
    BROKEN,
    HALVES,
    HELD,
    OFFBEATS,
    PULSE,
    PUSHED,
    RIPPLING,
    TOLLING,
    TOLLING_ON,
    accompany,
    broken,
    choose,
    sounding_tags,
)
from engine.composing.melody import melody, perform
from engine.composing.plan import Arrangement, Pen, Plan

_PIANO, _MUSIC_BOX, _CHURCH_ORGAN, _NYLON_GUITAR, _FLUTE = 0, 10, 19, 24, 73
_PICKING = (
    broken((0, 2, 1, 2), 0.5, 1.4),
    broken((0, 1, 2, 3, 2, 1), 0.5, 1.4),
    broken((2, 1, 3, 2, 1, 2, 0, 1), 0.5, 1.4),
)


def piano(plan: Plan, rng: Random) -> Arrangement:
    """A melody over broken chords or struck ones, doubled in octaves where it is fullest."""
    pen = Pen(plan, rng, _PIANO)
    quick = (RIPPLING,) if plan.bpm < 84 else ()
    figures = choose(rng, (*BROKEN, *quick, HALVES, OFFBEATS, PULSE, PUSHED, HALVES), (HELD, TOLLING, HALVES))
    low = rng.choice((60, 66, 69, 69, 73))
    tones = melody(plan, rng, low=low, high=low + 16)
    perform(pen, tones, 90, octave=rng.choice((0, 12, -12)))
    fuller = rng.random() < 0.5
    accompany(pen, figures, (low - 19, low - 4), velocity=58, roll=0.035, fuller=fuller)
    lines = (rng.choice((WHOLE, WHOLE, FIFTHS)), WHOLE)
    bassline(pen, plan, lines, low=rng.choice((33, 38, 40)), velocity=72, doubled=rng.random() < 0.5)
    return (pen.part(),), ("solo", *sounding_tags(plan, figures))


def guitar(plan: Plan, rng: Random) -> Arrangement:
    """Nylon strings, picked and at times strummed, at times with a flute above."""
    pen = Pen(plan, rng, _NYLON_GUITAR)
    flute = Pen(plan, rng, _FLUTE, volume=92)
    fluted = rng.random() < 0.45
    first = rng.choice(_PICKING)
    second = rng.choice((*(figure for figure in _PICKING if figure != first), HALVES, PUSHED, TOLLING))
    figures = (first, second, rng.choice((HELD, TOLLING)))
    accompany(pen, figures, (52, 69), velocity=76, roll=0.03, fuller=True)
    bassline(pen, plan, (rng.choice((WHOLE, FIFTHS)), WHOLE), low=40, velocity=86)
    tags = ("arpeggio", *(tag for tag in sounding_tags(plan, figures) if tag != "arpeggio"))
    if fluted:
        low = rng.choice((69, 72, 76))
        perform(flute, melody(plan, rng, low=low, high=low + 14, density=0.3), 80, legato=0.92)
        return (pen.part(), flute.part()), (*tags, "flute")
    if rng.random() < 0.5:
        perform(pen, melody(plan, rng, low=67, high=81), 92)
    return (pen.part(),), ("solo", *tags)


def organ(plan: Plan, rng: Random) -> Arrangement:
    """A church organ: a chorale in half bars or running figures over the pedal."""
    pen = Pen(plan, rng, _CHURCH_ORGAN, jitter=0.003)
    running = tuple(broken(order, 0.5, 0.46) for order in ((0, 1, 2, 1), (2, 1, 0, 1), (0, 2, 1, 3)))
    figures = choose(rng, (*running, HALVES, HELD, PULSE), (HELD, HALVES, TOLLING))
    low = rng.choice((52, 57, 57, 62))
    accompany(pen, figures, (low, low + 19), velocity=82, fuller=True)
    if rng.random() < 0.5:
        perform(pen, melody(plan, rng, low=low + 14, high=low + 29), 86, legato=0.95, octave=12)
    bassline(pen, plan, (rng.choice((WHOLE, FIFTHS, BEATS)), WHOLE), low=36, velocity=84, doubled=True)
    return (pen.part(),), ("solo", *sounding_tags(plan, figures))


def musicbox(plan: Plan, rng: Random) -> Arrangement:
    """A high melody over single plucked chord notes."""
    pen = Pen(plan, rng, _MUSIC_BOX, jitter=0.004)
    low = rng.choice((76, 81, 81, 84))
    perform(pen, melody(plan, rng, low=low, high=low + 14), 92, legato=2.0)  # its teeth ring on
    main = (TOLLING_ON, broken((0, 1, 2, 1), 0.5, 2.0), broken((0, 2), 0.5, 2.0), broken((0, 1, 2), 0.5, 2.0))
    figures = choose(rng, main, (TOLLING_ON, broken((0, 2), 1.0, 2.0), broken((0, 1), 1.0, 2.0)))
    accompany(pen, figures, (low - 17, low - 2), velocity=70, roll=0.03)
    return (pen.part(),), ("solo", "arpeggio")
