"""Drum patterns: what the kit plays in each section, with fills at their ends."""

from __future__ import annotations

from random import Random

from engine.composing.form import BRIDGE, OPENING
from engine.composing.plan import Pen, Plan

KICK, SNARE, CLAP, CLOSED_HAT, PEDAL_HAT, OPEN_HAT = 36, 38, 39, 42, 44, 46
CRASH, RIDE, LOW_TOM, MIDDLE_TOM, HIGH_TOM = 49, 51, 45, 47, 50


def techno(drums: Pen, plan: Plan, rng: Random) -> None:
    """Kicks on every beat but for the bridge, which is a break and may build up with a snare roll."""
    hats, clap, build = rng.random() < 0.6, rng.random() < 0.5, rng.random() < 0.5
    open_hats = rng.random() < 0.4
    for bar in range(plan.bars - 1):
        start, section = bar * 4.0, plan.section(bar * 4.0)
        for beat in range(4):
            if section.name != BRIDGE:
                drums.play(start + beat, 0.2, KICK, 112)
            if clap and beat % 2 and section.name not in (OPENING, BRIDGE):
                drums.play(start + beat, 0.2, CLAP, 64)
            if hats and section.name != OPENING:
                hat = OPEN_HAT if open_hats and section.full else CLOSED_HAT
                drums.play(start + beat + 0.5, 0.2, hat, 54)
            if section.full:
                drums.play(start + beat + 0.25, 0.1, CLOSED_HAT, 38)
        if build and section.name == BRIDGE and bar == section.end - 1:
            for k in range(16):
                drums.play(start + k / 4, 0.1, SNARE, 40 + 3.5 * k)
    drums.play(plan.last, 0.2, KICK, 115)


def jazz(drums: Pen, plan: Plan, rng: Random, swing: float) -> None:
    """A ride that swings, the hi-hat on two and four, ghost notes at times; less in the opening."""
    ghosts = rng.random() < 0.5
    for bar in range(plan.bars - 1):
        start, section = bar * 4.0, plan.section(bar * 4.0)
        ride = (0.0, 1.0, 3.0) if section.name == OPENING else (0.0, 1.0, 1 + swing, 2.0, 3.0, 3 + swing)
        for at in ride:
            drums.play(start + at, 0.3, RIDE, 62 if at in (1.0, 3.0) else 48)
        for at in (1.0, 3.0):
            drums.play(start + at, 0.2, PEDAL_HAT, 52)
        if ghosts and section.name != OPENING and rng.random() < 0.6:
            drums.play(start + rng.choice((1 + swing, 2 + swing, 3 + swing)), 0.15, SNARE, 36)
        if section.full and bar == section.end - 1:
            for k in range(3):
                drums.play(start + 3.0 + k / 3, 0.15, SNARE, 44 + 6 * k)
    drums.play(plan.last, 2.0, RIDE, 58)


def rock(drums: Pen, plan: Plan, rng: Random) -> None:
    """Kick and snare with hats; half as fast in the bridge; fills, and a crash after each of them."""
    kicks = rng.choice(((0.0, 2.0), (0.0, 2.5), (0.0, 1.5, 2.0), (0.0, 0.75, 2.0, 2.75)))
    eighths = rng.random() < 0.6
    for bar in range(plan.bars - 1):
        start, section = bar * 4.0, plan.section(bar * 4.0)
        half = section.name == BRIDGE
        fill = bar == section.end - 1
        if bar == section.first and bar:
            drums.play(start, 1.0, CRASH, 84)
        if section.name != OPENING:
            for at in (0.0, 2.5) if half else kicks:
                drums.play(start + at, 0.2, KICK, 108)
            for at in (2.0,) if half else (1.0,) if fill else (1.0, 3.0):
                drums.play(start + at, 0.2, SNARE, 98)
        ride = RIDE if section.full else CLOSED_HAT
        for k in range(8 if eighths and section.name != OPENING else 4):
            drums.play(start + k * (0.5 if eighths and section.name != OPENING else 1.0), 0.2, ride, 54)
        if fill:
            for k, tom in enumerate((SNARE, HIGH_TOM, MIDDLE_TOM, LOW_TOM)):
                drums.play(start + 3.0 + k / 4, 0.2, tom, 88 + 4 * k)
    drums.play(plan.last, 2.0, CRASH, 92)
    drums.play(plan.last, 0.2, KICK, 110)


def chip(noise: Pen, plan: Plan, rng: Random) -> None:
    """Bursts of noise on two and four, short ones between, rolls before the theme comes back."""
    hats = rng.random() < 0.5
    for bar in range(plan.bars - 1):
        start, section = bar * 4.0, plan.section(bar * 4.0)
        if section.name == OPENING and bar == section.first:
            continue
        for at in (1.0, 3.0):
            noise.play(start + at, 0.3, SNARE, 96)
        if hats and section.name != BRIDGE:
            for k in range(4):
                noise.play(start + k + 0.5, 0.06, CLOSED_HAT, 70)
        if section.name == BRIDGE and bar == section.end - 1:
            for k in range(4):
                noise.play(start + 3.0 + k / 4, 0.12, SNARE, 70 + 8 * k)
    noise.play(plan.last, 0.3, SNARE, 96)
