"""The pen: repeated notes, unevenness, dynamics."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from engine.music.plan import MOODS, Pen, Plan
from engine.music.theory import Key

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
    assert note.length == 1.0


def test_without_jitter_notes_start_on_the_beat() -> None:
    pen = Pen(PLAN, Random(1), 48, jitter=0.0)
    pen.play(2.5, 1.0, 60, 80)
    assert pen.part().notes[0].start == 2.5


def test_a_phrase_swells_towards_its_middle() -> None:
    assert PLAN.swell(8.0) == pytest.approx(1.05)
    assert PLAN.swell(0.0) == pytest.approx(0.9)


def test_the_bass_plays_the_root_in_the_octave_asked_for() -> None:
    assert [PLAN.bass(bar, 40) for bar in range(4)] == [48, 41, 43, 48]
