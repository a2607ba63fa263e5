"""Accompaniment figures, and the tags that tell of them."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from engine.composing.figures import (
    BROKEN,
    HALVES,
    HELD,
    OFFBEATS,
    TOLLING,
    TOLLING_ON,
    Figures,
    accompany,
    broken,
    choose,
    chords_at,
    sounding_tags,
)
from engine.composing.form import BRIDGE, CONTRAST, OPENING, RETURN, SPARSE, THEME, Section
from engine.composing.plan import MOODS, Pen, Plan
from engine.composing.theory import Key
from engine.music.score import Note

FORM = (
    Section(OPENING, 0, 1, figure=SPARSE),
    Section(THEME, 1, 4),
    Section(BRIDGE, 5, 2, figure=CONTRAST),
    Section(RETURN, 7, 2, full=True),
)


def _plan(beats: int = 4) -> Plan:
    return Plan(Key(0, "major"), 60, beats, MOODS["happy"], (0, 3, 4, 0, 5, 3, 4, 4, 0), FORM)


def _play(figures: Figures, *, beats: int = 4, fuller: bool = False) -> tuple[Note, ...]:
    plan = _plan(beats)
    pen = Pen(plan, Random(1), 0, jitter=0.0)
    accompany(pen, figures, (55, 74), velocity=70, fuller=fuller)
    return pen.part().notes


def _bar(notes: tuple[Note, ...], bar: int, beats: int = 4) -> list[Note]:
    return [note for note in notes if bar * beats <= note.start < (bar + 1) * beats]


def test_broken_chords_sound_one_note_at_a_time_and_struck_ones_three() -> None:
    notes = _play((BROKEN[0], HALVES, HELD))
    assert [note.start for note in _bar(notes, 1)] == [4.0 + k / 2 for k in range(8)]
    assert sorted(note.start for note in _bar(notes, 5)) == [20.0] * 3 + [22.0] * 3
    assert [note.start for note in _bar(notes, 0)] == [0.0] * 3


def test_every_note_is_of_its_bars_chord_and_the_whole_chord_is_heard() -> None:
    for bar, chord in ((0, {0, 4, 7}), (1, {5, 9, 0}), (2, {7, 11, 2}), (4, {9, 0, 4})):
        notes = _bar(_play((BROKEN[0], HALVES, HELD)), bar)
        assert {note.pitch % 12 for note in notes} == chord


def test_the_last_chord_is_held_in_root_position() -> None:
    closing = _bar(_play((BROKEN[1], HALVES, HELD)), 8)
    assert {note.pitch % 12 for note in closing} == {0, 4, 7}
    assert min(note.pitch for note in closing) % 12 == 0
    assert all(note.length > 3.0 for note in closing)


def test_full_sections_add_an_octave_to_their_chords() -> None:
    lean, fat = (_bar(_play((HALVES, HELD, HELD), fuller=fuller), 7) for fuller in (False, True))
    added = {n.pitch for n in fat} - {n.pitch for n in lean}
    assert {pitch - 12 for pitch in added} == {min(n.pitch for n in lean)}


def test_in_three_four_time_nothing_starts_after_the_third_beat() -> None:
    for figure in (*BROKEN, HALVES, HELD, OFFBEATS, TOLLING, TOLLING_ON, chords_at((0.0, 1.5, 3.0), 0.5)):
        assert all(0.0 <= stroke.at < 3.0 for stroke in figure.strokes(3))
        assert max(stroke.at for stroke in figure.strokes(4)) < 4.0
    waltz = _bar(_play((OFFBEATS, HELD, HELD), beats=3), 1, beats=3)
    assert sorted({note.start for note in waltz}) == [4.0, 5.0]


def test_the_order_of_a_broken_chord_comes_round() -> None:
    figure = broken((0, 1, 2), 0.5, 0.6)
    assert [stroke.voices[0] for stroke in figure.strokes(4)] == [0, 1, 2, 0, 1, 2, 0, 1]


def test_bells_toll_on_while_the_next_ones_are_struck() -> None:
    for beats in (3, 4):
        strokes = TOLLING_ON.strokes(beats)
        assert [stroke.at for stroke in strokes] == [float(beat) for beat in range(beats)]
        assert all(stroke.at + stroke.beats == after.at + 1.0 for stroke, after in pairwise(strokes))
        assert [s.voices for s in strokes] == [s.voices for s in TOLLING.strokes(beats)]


def test_theme_and_bridge_have_different_figures() -> None:
    for seed in range(30):
        first, second, opening = choose(Random(seed), BROKEN, (HELD,))
        assert first != second
        assert opening == HELD


def test_a_figure_is_tagged_from_a_quarter_of_the_bars_on() -> None:
    plan = _plan()
    assert sounding_tags(plan, (BROKEN[0], HALVES, HELD)) == ("arpeggio", "chords")  # 6 bars and 3 of 9
    assert sounding_tags(plan, (BROKEN[0], HALVES, TOLLING)) == ("arpeggio",)  # 2 bars of chords are too few
    assert sounding_tags(plan, (HALVES, HELD, HELD)) == ("chords",)
