"""Drum patterns: back beats, breaks, fills, rides that swing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from engine.composing import beats
from engine.composing.form import BRIDGE, ENDING, OPENING, RETURN, THEME, Section
from engine.composing.plan import MOODS, Pen, Plan
from engine.composing.theory import Key

FORM = (
    Section(OPENING, 0, 2),
    Section(THEME, 2, 4),
    Section(BRIDGE, 6, 2),
    Section(RETURN, 8, 4, full=True),
    Section(ENDING, 12, 2),
)
PLAN = Plan(Key(0, "major"), 60, 4, MOODS["energetic"], (0, 3, 4, 0) * 3 + (4, 0), FORM)


def _hits(write: Callable[[Pen, Plan, Random], None], seed: int) -> list[tuple[float, int]]:
    """Beats (60 a minute, so seconds) and keys."""
    pen = Pen(PLAN, Random(seed), 0, jitter=0.0, drums=True)
    write(pen, PLAN, Random(seed))
    return [(note.start, note.pitch) for note in pen.part().notes]


@pytest.mark.parametrize("seed", range(5))
def test_techno_has_four_kicks_a_bar_and_none_in_the_break(seed: int) -> None:
    kicks = [at for at, key in _hits(beats.techno, seed) if key == beats.KICK]
    assert kicks == [*map(float, range(24)), *map(float, range(32, 53))]


@pytest.mark.parametrize("seed", range(5))
def test_rock_has_a_back_beat_half_as_fast_in_the_bridge(seed: int) -> None:
    snares = {at for at, key in _hits(beats.rock, seed) if key == beats.SNARE}
    assert {8 + 1.0, 8 + 3.0, 32 + 1.0, 32 + 3.0} <= snares
    assert {at for at in snares if 24 <= at < 28} == {26.0}
    assert not [at for at in snares if at < 4]


@pytest.mark.parametrize("seed", range(5))
def test_rock_fills_end_sections_and_a_crash_starts_the_next(seed: int) -> None:
    hits = _hits(beats.rock, seed)
    toms = {at // 4 for at, key in hits if key in (beats.LOW_TOM, beats.MIDDLE_TOM, beats.HIGH_TOM)}
    assert toms == {1, 5, 7, 11}
    assert {at for at, key in hits if key == beats.CRASH} == {8.0, 24.0, 32.0, 48.0, 52.0}


@pytest.mark.parametrize("seed", range(5))
def test_jazz_rides_swing_and_the_pedal_closes_on_two_and_four(seed: int) -> None:
    hits = _hits(lambda pen, plan, rng: beats.jazz(pen, plan, rng, 2 / 3), seed)
    pedals = [at for at, key in hits if key == beats.PEDAL_HAT]
    assert pedals == [bar * 4 + beat for bar in range(13) for beat in (1.0, 3.0)]
    theme = [at for at, key in hits if key == beats.RIDE and 8 <= at < 12]
    assert theme == pytest.approx([8, 9, 9 + 2 / 3, 10, 11, 11 + 2 / 3])
    opening = [at for at, key in hits if key == beats.RIDE and at < 4]
    assert len(opening) < len(theme)


@pytest.mark.parametrize("seed", range(5))
def test_noise_bursts_fall_on_two_and_four(seed: int) -> None:
    hits = [at for at, key in _hits(beats.chip, seed) if key == beats.SNARE]
    assert {8 + 1.0, 8 + 3.0, 44 + 1.0, 44 + 3.0} <= set(hits)
    assert not [at for at in hits if at < 4]
