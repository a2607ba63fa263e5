"""Sections cover a piece; some of their ends pause."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from engine.music.form import BRIDGE, ENDING, OPENING, RETURN, SPARSE, THEME, pauses, sections


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


def test_the_return_is_the_loudest_section_and_the_opening_starts_softer_than_the_theme() -> None:
    for seed in range(30):
        form = {section.name: section for section in sections(Random(seed), 14)}
        loudest = max(form.values(), key=lambda section: max(section.level))
        assert loudest.name == RETURN
        assert form[OPENING].level[0] < form[THEME].level[0]
        assert form[ENDING].level[1] < form[ENDING].level[0]


def test_a_bridge_always_has_a_melody_or_a_bass() -> None:
    bridges = [s for seed in range(50) for s in sections(Random(seed), 12) if s.name == BRIDGE]
    assert all(bridge.melody or bridge.bass for bridge in bridges)
    assert {(bridge.melody, bridge.bass) for bridge in bridges} == {
        (True, True),
        (True, False),
        (False, True),
    }


@pytest.mark.parametrize("bpm", [50, 76, 130])
def test_pauses_end_with_a_section_and_last_a_second_and_a_half_at_most(bpm: int) -> None:
    found = 0
    for seed in range(30):
        form = sections(Random(seed), 12)
        ends = {section.end * 4.0 for section in form[1:-1]}
        for first, end in pauses(Random(seed), form, 4, bpm):
            assert end in ends
            assert 0.0 < (end - first) * 60 / bpm <= 1.5
            found += 1
    assert found > 20
