"""The pen: repeated notes, unevenness, dynamics."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from engine.composing.form import OPENING, THEME, Section
from engine.composing.plan import MOODS, Pen, Plan
from engine.composing.theory import Key

PLAN = Plan(Key(0, "major"), 60, 4, MOODS["happy"], (0, 3, 4, 0))


def test_a_note_struck_again_has_ended_however_uneven_the_player() -> None:
    pen = Pen(PLAN, Random(1), 48, jitter=0.05)
    for beat in range(16):
        pen.play(beat, 1.0, 60, 80)
    notes = pen.part().notes
    assert all(note.start + note.length < after.start for note, after in pairwise(notes))


def test_notes_of_other_pitches_may_overlap() -> None:
    pen = Pen(PLAN, Random(1), 48, jitter=0.0)
    pen.play(0.0, 3.0, 60, 80)
    pen.play(1.0, 1.0, 64, 80)
    assert [note.length for note in pen.part().notes] == [3.0, 1.0]


def test_two_voices_on_one_pitch_sound_as_one_note() -> None:
    pen = Pen(PLAN, Random(1), 48, jitter=0.001)
    pen.play(1.0, 1.0, 60, 80)
    pen.play(1.0, 1.0, 60, 80)
    (note,) = pen.part().notes
    assert note.length == pytest.approx(1.0)


def test_without_jitter_notes_start_on_the_beat() -> None:
    pen = Pen(PLAN, Random(1), 48, jitter=0.0)
    pen.play(2.5, 1.0, 60, 80)
    assert pen.part().notes[0].start == 2.5


def test_a_phrase_swells_towards_its_middle() -> None:
    downbeats = [PLAN.dynamics(beat) for beat in (0.0, 4.0, 8.0, 12.0)]
    assert downbeats[0] < downbeats[1] < downbeats[2] > downbeats[3] > downbeats[0]


def test_downbeats_are_accented_and_half_beats_light() -> None:
    downbeat, half, beat = (PLAN.dynamics(at) for at in (8.0, 8.5, 9.0))
    assert half < beat < downbeat


def test_a_section_grows_from_its_first_level_to_its_last() -> None:
    form = (Section(OPENING, 0, 2, (0.5, 1.0)), Section(THEME, 2, 2, (1.0, 1.0)))
    plan, even = replace(PLAN, sections=form), replace(PLAN, sections=_two())
    shares = [plan.dynamics(beat) / even.dynamics(beat) for beat in (0.0, 2.0, 4.0, 6.0, 8.0, 15.0)]
    assert shares == pytest.approx([0.5, 0.625, 0.75, 0.875, 1.0, 1.0])


def _two() -> tuple[Section, Section]:
    return Section(OPENING, 0, 2), Section(THEME, 2, 2)


def test_a_beat_lies_in_its_section_and_what_comes_after_the_end_in_the_last() -> None:
    plan = replace(PLAN, sections=_two())
    names = [plan.section(beat).name for beat in (0.0, 7.9, 8.0, 15.9, 16.0)]
    assert names == [OPENING, OPENING, THEME, THEME, THEME]


def test_a_steady_piece_has_even_beats() -> None:
    assert [PLAN.time(beat) for beat in (0.0, 1.0, 15.5)] == [0.0, 1.0, 15.5]
    assert PLAN.seconds == 16.0


def test_a_ritardando_makes_each_bar_of_the_last_two_longer_than_the_one_before() -> None:
    plan = replace(PLAN, slowing=1.5)
    lengths = [plan.time(4 * bar + 4) - plan.time(4 * bar) for bar in range(4)]
    assert lengths[:2] == [4.0, 4.0]
    # A tempo that falls evenly from 1 to 1.5 beats' time over eight beats lasts 8 x 1.25 of them.
    assert sum(lengths[2:]) == pytest.approx(10.0)
    assert 4.0 < lengths[2] < lengths[3]
    assert plan.seconds == pytest.approx(18.0)


def test_no_note_outlasts_the_piece() -> None:
    pen = Pen(PLAN, Random(1), 48)
    pen.play(15.0, 8.0, 60, 80)
    (note,) = pen.part().notes
    assert note.start + note.length <= PLAN.seconds


def test_a_rolled_chord_rises_from_its_lowest_note() -> None:
    pen = Pen(PLAN, Random(1), 0, jitter=0.0)
    pen.chord(4.0, 2.0, (67, 60, 64), 80, roll=0.03)
    notes = pen.part().notes
    assert [note.pitch for note in notes] == [60, 64, 67]
    assert [note.start for note in notes] == pytest.approx([4.0, 4.03, 4.06])


def test_the_bass_plays_the_root_in_the_octave_asked_for() -> None:
    assert [PLAN.bass(bar, 40) for bar in range(4)] == [48, 41, 43, 48]
