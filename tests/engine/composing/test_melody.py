"""Melodies follow key, range, chords and phrases."""

from __future__ import annotations

from random import Random

import pytest

from engine.composing.form import BRIDGE, ENDING, OPENING, RETURN, THEME, Section
from engine.composing.melody import Tone, melody, perform
from engine.composing.plan import MOODS, Pen, Plan
from engine.composing.theory import Key
from engine.music.score import Note

ROOTS = (0, 3, 1, 4, 0, 5, 4, 0)


def _plan(beats: int = 4, mood: str = "calm", sections: tuple[Section, ...] = ()) -> Plan:
    return Plan(Key(2, "major"), 90, beats, MOODS[mood], ROOTS, sections)


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


def test_a_phrase_of_four_bars_ends_with_a_rest() -> None:
    ends = [tone.beat + tone.beats for tone in melody(_plan(), Random(5), low=69, high=84)]
    assert not any(16 - 1 < end <= 16 for end in ends)


@pytest.mark.parametrize("beats", [3, 4])
def test_the_last_bar_is_the_tonic_held(beats: int) -> None:
    for seed in range(20):
        *_, before, last = melody(_plan(beats), Random(seed), low=69, high=84)
        assert last.pitch % 12 == 2
        assert last.beat == 7 * beats
        assert last.beats >= 0.8 * beats
        assert before.beat < last.beat


def test_sections_without_a_melody_have_none() -> None:
    sections = (Section(OPENING, 0, 2, melody=False), Section(THEME, 2, 6))
    tones = melody(_plan(sections=sections), Random(2), low=69, high=84)
    assert min(tone.beat for tone in tones) == 8.0


def test_a_bridge_may_lie_higher_and_has_a_rhythm_of_its_own() -> None:
    def rhythm(tones: list[Tone], bar: int) -> list[float]:
        return [tone.beats for tone in tones if tone.beat // 4 == bar]

    sections = (Section(THEME, 0, 4), Section(BRIDGE, 4, 2, shift=7), Section(ENDING, 6, 2))
    theme, bridge, differs = 0.0, 0.0, 0
    for seed in range(30):
        tones = melody(_plan(sections=sections), Random(seed), low=69, high=79)
        theme += sum(t.pitch for t in tones if t.beat < 16) / sum(t.beat < 16 for t in tones)
        inside = [t.pitch for t in tones if 16 <= t.beat < 24]
        assert all(76 <= pitch <= 86 for pitch in inside)
        bridge += sum(inside) / len(inside)
        differs += rhythm(tones, 0) != rhythm(tones, 4)
    assert bridge > theme + 30 * 4
    assert differs > 15


def test_the_first_bars_motif_comes_back_in_the_second() -> None:
    def rhythm(bar: int) -> set[float]:
        return {tone.beat - 4 * bar for tone in tones if tone.beat // 4 == bar and tone.beat % 2 == 0}

    tones = melody(_plan(), Random(8), low=69, high=84)
    assert rhythm(0) == rhythm(1)


def test_density_gives_more_notes() -> None:
    def count(density: float) -> int:
        return sum(len(melody(_plan(), Random(s), low=69, high=84, density=density)) for s in range(20))

    assert count(1.0) > 1.3 * count(0.0)


def _play(tones: list[Tone], **how: float) -> tuple[Note, ...]:
    plan = Plan(Key(0, "major"), 60, 4, MOODS["happy"], (0, 0, 0, 0), (Section(RETURN, 0, 4, full=True),))
    pen = Pen(plan, Random(1), 0, jitter=0.0)
    perform(pen, tones, 80, **how)
    return pen.part().notes


def test_a_soloist_leans_on_the_beat_by_at_most_what_is_allowed() -> None:
    tones = [Tone(float(beat), 1.0, 60 + beat) for beat in range(1, 8)]
    late = [note.start - tone.beat for note, tone in zip(_play(tones, lean=0.012), tones, strict=True)]
    assert 0.0 < abs(late[0]) <= 0.012
    assert late == pytest.approx([late[0]] * 7)
    assert [note.start for note in _play(tones, lean=0.0)] == [tone.beat for tone in tones]


def test_swing_delays_the_second_half_of_a_beat_and_keeps_its_end() -> None:
    first, second = _play([Tone(1.0, 0.5, 60), Tone(1.5, 0.5, 62)], swing=2 / 3, lean=0.0)
    assert first.start == pytest.approx(1.0)
    assert second.start == pytest.approx(1.0 + 2 / 3)
    assert second.start + second.length == pytest.approx(2.0)


def test_full_sections_are_doubled_at_the_octave_and_more_softly() -> None:
    low, high = _play([Tone(2.0, 1.0, 60)], octave=12, lean=0.0)
    assert (low.pitch, high.pitch) == (60, 72)
    assert high.velocity < low.velocity
