"""Keys, chords, progressions and voice leading."""

from __future__ import annotations

from random import Random

import pytest

from engine.composing.theory import MODES, Key, lead, loop, nearest, progression


def test_c_major_and_a_minor_have_the_white_keys() -> None:
    white = {0, 2, 4, 5, 7, 9, 11}
    assert {p % 12 for p in Key(0, "major").scale(0, 127)} == white
    assert {p % 12 for p in Key(9, "minor").scale(0, 127)} == white


def test_octave_four_of_c_holds_middle_c() -> None:
    assert Key(0, "major").pitch(0, 4) == 60
    assert Key(0, "major").pitch(9, 4) == 76


def test_the_dominant_of_a_minor_is_e_major() -> None:
    assert Key(9, "minor").chord(4) == (4, 8, 11)


def test_the_seventh_chord_on_the_second_degree_of_c_is_d_minor_seven() -> None:
    assert Key(0, "major").chord(1, 4) == (2, 5, 9, 0)


@pytest.mark.parametrize("mode", MODES)
def test_a_progression_starts_on_the_tonic_and_ends_with_a_cadence(mode: str) -> None:
    for seed in range(20):
        roots = progression(Random(seed), mode, [(0, 4), (1, 4), (0, 5)])
        assert len(roots) == 13
        assert roots[0] == 0
        assert roots[-2:] == (4, 0)


@pytest.mark.parametrize("mode", MODES)
def test_no_progression_uses_the_diminished_chord(mode: str) -> None:
    diminished = {"major": 6, "minor": 1}[mode]
    for seed in range(50):
        roots = progression(Random(seed), mode, [(0, 8), (1, 8)]) + loop(Random(seed), mode, 16)
        assert diminished not in roots


def test_a_bridge_has_chords_of_its_own_and_the_theme_comes_back_with_its_own() -> None:
    for seed in range(20):
        roots = progression(Random(seed), "major", [(0, 4), (1, 4), (0, 4), (0, 2)])
        assert roots[:3] == roots[8:11]
        assert roots[4] != 0  # a bridge leaves the tonic


@pytest.mark.parametrize("mode", MODES)
def test_a_loop_repeats_every_four_bars_and_closes_on_the_tonic(mode: str) -> None:
    for seed in range(20):
        roots = loop(Random(seed), mode, 12)
        assert roots[:4] * 2 == roots[:8]
        assert roots[8:11] == roots[:3]
        assert roots[-1] == 0


def test_nearest_prefers_the_lower_of_two_equally_near_pitches() -> None:
    assert nearest((0, 4), 62) == 60


def test_voice_leading_sounds_the_whole_chord_without_unisons_in_bounds() -> None:
    voices: tuple[int, ...] = (60, 64, 67)
    key = Key(7, "minor")
    for root in (0, 5, 3, 6, 2, 4, 0):
        voices = lead(voices, key.chord(root), 55, 74)
        assert {v % 12 for v in voices} == set(key.chord(root))
        assert len(set(voices)) == 3
        assert min(voices) >= 55
        assert max(voices) <= 74


def test_voice_leading_from_c_major_to_f_major_keeps_the_common_note() -> None:
    assert lead((60, 64, 67), (5, 9, 0), 55, 74) == (60, 65, 69)
