"""Arrangements with drums: techno, jazz, rock and the four voices of a game console."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from engine.composing import beats, chip
from engine.composing.basses import GALLOP, OCTAVES, QUAVERS, WHOLE, Line, bassline
from engine.composing.figures import (
    BROKEN,
    HELD,
    PULSE,
    PUSHED,
    Figure,
    accompany,
    broken,
    choose,
    chords_at,
    sounding_tags,
)
from engine.composing.melody import melody, perform
from engine.composing.plan import Arrangement, Pen, Plan
from engine.composing.theory import nearest

_PIANO, _ACOUSTIC_BASS, _PICKED_BASS, _SYNTH_BASS = 0, 32, 34, 38
_OVERDRIVE, _LEAD_GUITAR, _SAXOPHONE, _SAW = 29, 30, 66, 81
_ROCK_KIT, _JAZZ_KIT, _DANCE_KIT = 0, 32, 25
_SWING = 0.64


def techno(plan: Plan, rng: Random) -> Arrangement:
    """Four on the floor with a break: kick, a bass between the kicks, chord stabs or arpeggios."""
    drums = Pen(plan, rng, _DANCE_KIT, volume=58, jitter=0.0, drums=True)
    bass = Pen(plan, rng, _SYNTH_BASS, volume=108, jitter=0.0)
    synth = Pen(plan, rng, _SAW, volume=127, jitter=0.0)
    stabs = [
        chords_at(at, 0.75) for at in ((0.75, 1.5, 2.5), (0.5, 1.75, 3.0), (1.5, 3.5), (0.5, 1.25, 2.75))
    ]
    riffs: tuple[Line, ...] = (
        tuple((k + 0.5, 0.9, 2 if k == 2 else 0) for k in range(4)),
        tuple((at, 0.6, 2 if at > 3 else 0) for at in (0.0, 0.5, 0.75, 1.5, 2.0, 2.5, 2.75, 3.5)),
        tuple((at, 0.5, 0) for at in (0.0, 0.5, 0.75, 1.5, 2.0, 2.5, 2.75, 3.5)),
        OCTAVES,
    )
    runs = (broken((0, 1, 2, 1), 0.5, 0.6), broken((0, 1, 2, 3), 0.25, 0.4), broken((3, 2, 1, 0), 0.5, 0.6))
    main: tuple[Figure, ...] = runs if rng.random() < 0.4 else tuple(stabs)
    figures = (rng.choice(main), rng.choice((HELD, *runs, *stabs)), rng.choice((HELD, *stabs)))
    low = rng.choice((52, 57, 57, 64))
    accompany(synth, figures, (low, low + 17), velocity=80)
    bassline(bass, plan, (rng.choice(riffs), rng.choice((WHOLE, *riffs))), low=38, velocity=94)
    beats.techno(drums, plan, rng)
    tags = ("drums", "bass", "synth", *sounding_tags(plan, figures))
    return (drums.part(), bass.part(), synth.part()), tags


def jazz(plan: Plan, rng: Random) -> Arrangement:
    """A swinging trio: bass, sparse piano chords, soft ride; a saxophone at times."""
    drums = Pen(plan, rng, _JAZZ_KIT, volume=116, drums=True)
    bass = Pen(plan, rng, _ACOUSTIC_BASS, volume=84)
    keys = Pen(plan, rng, _PIANO, volume=122)
    comps = [
        chords_at(at, 0.9) for at in ((0.0, 1.5), (0.5, 2.0), (1.0, 2.5), (0.0, 2.5), (1.5, 3.5), (0.0,))
    ]
    figures = choose(rng, tuple(comps), (HELD, chords_at((0.0,), 2.5), chords_at((0.0, 2.0), 1.5)))
    accompany(keys, figures, (53, 71), velocity=66, swing=_SWING, sevenths=True)
    _walk(bass, plan, rng, two=rng.random() < 0.3)
    beats.jazz(drums, plan, rng, _SWING)
    blown = rng.random() < 0.5
    solo = Pen(plan, rng, _SAXOPHONE, volume=80) if blown else keys
    low = rng.choice((55, 62, 62)) if blown else rng.choice((67, 70, 72))
    tones = melody(plan, rng, low=low, high=low + 15, density=0.6)
    perform(solo, tones, 88, legato=0.95, swing=_SWING)
    parts = (drums.part(), bass.part(), keys.part())
    if blown:
        return (*parts, solo.part()), ("drums", "bass", "ensemble", "saxophone")
    return parts, ("drums", "bass", "ensemble")


def _walk(bass: Pen, plan: Plan, rng: Random, two: bool) -> None:
    """A walking bass; in two in the bridge, or all along; the last root is held."""
    for bar in range(plan.bars):
        start, root = bar * 4.0, plan.bass(bar, 33)
        section, seventh = plan.section(start), plan.chord(bar, 4)
        if not section.bass:
            continue
        if bar == plan.bars - 1:
            bass.play(plan.last, 3.6, root, 88)
            return
        third, fifth = nearest(seventh[1:2], root + 4), nearest(seventh[2:3], root + 7)
        approach = plan.bass(bar + 1, 33) + rng.choice((-1, 1, 2))
        if two or section.material:
            walk = [(0.0, 1.8, root), (2.0, 1.8, fifth)]
        else:
            walk = [(float(k), 0.9, p) for k, p in enumerate((root, third, fifth, approach))]
        for at, length, pitch in walk:
            bass.play(start + at, length, pitch, 88)


def rock(plan: Plan, rng: Random) -> Arrangement:
    """Power chords with bass, kick and snare, and a lead guitar at times."""
    drums = Pen(plan, rng, _ROCK_KIT, volume=127, jitter=0.004, drums=True)
    chords = Pen(plan, rng, _OVERDRIVE, volume=74, jitter=0.004)
    bass = Pen(plan, rng, _PICKED_BASS, volume=92, jitter=0.004)
    strokes = rng.sample(
        (
            ((0.0, 1.9), (2.0, 1.9)),
            ((0.0, 1.4), (1.5, 0.9), (2.5, 1.4)),
            ((0.0, 0.9), (1.0, 0.9), (2.0, 1.9)),
            tuple((k / 2, 0.35) for k in range(8)),
            ((0.0, 3.8),),
            ((0.0, 0.7), (0.75, 0.7), (1.5, 1.4), (3.0, 0.9)),
        ),
        3,
    )
    for bar in range(plan.bars):
        start, root = bar * 4.0, plan.bass(bar, 40)
        section = plan.section(start)
        power = (root, root + 7, root + 12, *((root + 19,) if section.full else ()))
        for at, length in strokes[section.figure] if bar < plan.bars - 1 else ((0.0, 3.6),):
            chords.chord(start + at, length, power, 88)
    low = rng.choice((28, 33, 33))
    bassline(bass, plan, (rng.choice((QUAVERS, GALLOP)), rng.choice((WHOLE, QUAVERS))), low=low, velocity=90)
    beats.rock(drums, plan, rng)
    parts, tags = (drums.part(), chords.part(), bass.part()), ("drums", "bass", "electric guitar", "chords")
    if rng.random() >= 0.4:
        return parts, tags
    solo = Pen(plan, rng, _LEAD_GUITAR, volume=62, jitter=0.006)
    low = rng.choice((62, 67, 67, 72))
    perform(solo, melody(plan, rng, low=low, high=low + 15, density=0.45), 84, legato=0.95)
    return (*parts, solo.part()), (*tags, "lead")


def chiptune(plan: Plan, rng: Random) -> Arrangement:
    """Two square waves, a triangle bass and bursts of noise."""
    tune = Pen(plan, rng, chip.PULSE_QUARTER, volume=100, jitter=0.0)
    second = Pen(plan, rng, chip.PULSE_EIGHTH, volume=64, jitter=0.0)
    bass = Pen(plan, rng, chip.TRIANGLE, volume=70, jitter=0.0)
    noise = Pen(plan, rng, chip.NOISE, volume=44, jitter=0.0, drums=True)
    low = rng.choice((67, 72, 72, 77))
    drawn = rng.random()
    if drawn >= 0.8:  # two voices: the tune is never silent
        plan = replace(plan, sections=tuple(replace(section, melody=True) for section in plan.sections))
    tones = melody(plan, rng, low=low, high=low + 15)
    perform(tune, tones, 96, legato=0.9, lean=0.0)
    lines = (rng.choice((OCTAVES, QUAVERS, GALLOP)), WHOLE)
    bassline(bass, plan, lines, low=rng.choice((33, 38)), velocity=100)
    parts, tags = [tune.part(), bass.part()], ["synth", "bass"]
    if drawn < 0.8:
        runs = (*BROKEN, broken((0, 1, 2, 3), 0.25, 0.22), broken((3, 2, 1, 0), 0.25, 0.22))
        figures = choose(rng, runs if drawn < 0.65 else (PULSE, PUSHED), (broken((0, 1, 2, 1)), HELD))
        accompany(second, figures, (57, 74), velocity=96)
        parts.append(second.part())
        tags += sounding_tags(plan, figures)
    if rng.random() < 0.6:
        beats.chip(noise, plan, rng)
        parts.append(noise.part())
        tags.append("drums")
    return tuple(parts), tuple(tags)
