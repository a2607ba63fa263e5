"""Melodies follow key, range, chords and phrases."""

from __future__ import annotations

from random import Random

import pytest

from engine.music.melody import melody
from engine.music.plan import MOODS, Plan
from engine.music.theory import Key


def _plan(beats: int = 4, mood: str = "calm") -> Plan:
    return Plan(Key(2, "major"), 90, beats, MOODS[mood], (0, 3, 1, 4, 0, 5, 4, 0))


@pytest.mark.parametrize("beats", [3, 4])
def test_strong_beats_sing_a_note_of_the_chord(beats: int) -> None:
    plan = _plan(beats)
    for seed in range(20):
        for tone in melody(plan, Random(seed), low=69, high=84):
            bar, beat = divmod(tone.beat, beats)
            if beat == 0:
                assert tone.pitch % 12 in plan.chord(int(bar))


def test_a_melody_stays_in_its_range_moved_by_the_moods_register() -> None:
    for seed in range(20):
        tones = melody(_plan(mood="dark"), Random(seed), low=69, high=84)
        assert all(69 - 5 <= tone.pitch <= 84 - 5 for tone in tones)


def test_a_melody_stays_in_the_major_key() -> None:
    scale = set(Key(2, "major").scale(0, 127))
    assert all(tone.pitch in scale for tone in melody(_plan(), Random(1), low=69, high=84))


def test_every_phrase_of_four_bars_ends_with_a_rest() -> None:
    ends = [tone.beat + tone.beats for tone in melody(_plan(), Random(5), low=69, high=84)]
    for phrase_end in (16, 32):
        assert not any(phrase_end - 1 < end <= phrase_end for end in ends)


def test_a_melody_waits_for_its_first_bar() -> None:
    assert min(tone.beat for tone in melody(_plan(), Random(2), low=69, high=84, first_bar=1)) == 4.0


def test_the_first_bars_motif_comes_back_in_the_second() -> None:
    def rhythm(bar: int) -> set[float]:
        return {tone.beat - 4 * bar for tone in tones if tone.beat // 4 == bar and tone.beat % 2 == 0}

    tones = melody(_plan(), Random(8), low=69, high=84)
    assert rhythm(0) == rhythm(1)


def test_density_gives_more_notes() -> None:
    def count(density: float) -> int:
        return sum(len(melody(_plan(), Random(s), low=69, high=84, density=density)) for s in range(20))

    assert count(1.0) > 1.3 * count(0.0)
