"""Sections cover a piece; each is as full and as loud as its part in the whole."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from engine.composing.form import BRIDGE, ENDING, OPENING, RETURN, SPARSE, THEME, sections


@pytest.mark.parametrize("bars", range(4, 20))
def test_sections_lie_end_to_end_from_an_opening_to_an_ending(bars: int) -> None:
    for seed in range(20):
        form = sections(Random(seed), bars)
        assert form[0].first == 0
        assert form[-1].end == bars
        assert all(a.end == b.first for a, b in pairwise(form))
        assert all(section.bars > 0 for section in form)
        assert (form[0].name, form[0].figure, form[-1].name) == (OPENING, SPARSE, ENDING)


def test_a_piece_long_enough_goes_through_theme_bridge_and_return() -> None:
    for bars in range(10, 20):
        names = [section.name for section in sections(Random(bars), bars)]
        assert names == [OPENING, THEME, BRIDGE, RETURN, ENDING]


def test_the_return_is_the_loudest_section_and_the_ending_fades() -> None:
    for seed in range(30):
        form = {section.name: section for section in sections(Random(seed), 14)}
        loudest = max(form.values(), key=lambda section: max(section.level))
        assert loudest.name == RETURN
        assert form[OPENING].level[1] <= max(form[THEME].level)
        assert form[ENDING].level[1] < form[ENDING].level[0]


def test_an_opening_is_but_a_little_softer_has_a_bass_and_often_a_melody() -> None:
    openings = [sections(Random(seed), 14)[0] for seed in range(200)]
    for opening in openings:
        first, last = opening.level
        assert 0.7 <= first <= 0.85
        assert first < last <= 0.9
        assert opening.bass
    assert 70 < sum(opening.melody for opening in openings) < 130  # of 200 even chances: 4 sigma


def test_no_section_is_below_half_of_the_usual_force_and_only_the_ending_is_below_seven_tenths() -> None:
    for seed in range(50):
        for section in sections(Random(seed), 14):
            assert min(section.level) >= (0.55 if section.name == ENDING else 0.7)


def test_a_bridge_always_has_a_melody_or_a_bass() -> None:
    bridges = [s for seed in range(50) for s in sections(Random(seed), 12) if s.name == BRIDGE]
    assert all(bridge.melody or bridge.bass for bridge in bridges)
    assert {(bridge.melody, bridge.bass) for bridge in bridges} == {
        (True, True),
        (True, False),
        (False, True),
    }
