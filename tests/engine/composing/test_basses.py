"""Bass lines: roots on the downbeats, where a section has a bass."""

from __future__ import annotations

from random import Random

from engine.composing.basses import FIFTHS, GALLOP, OCTAVES, WHOLE, Line, bassline
from engine.composing.form import BRIDGE, ENDING, OPENING, RETURN, Section
from engine.composing.plan import MOODS, Pen, Plan
from engine.composing.theory import Key
from engine.music.score import Note

FORM = (
    Section(OPENING, 0, 1, bass=False),
    Section(BRIDGE, 1, 1),
    Section(RETURN, 2, 2, full=True),
    Section(ENDING, 4, 1),
)


def _play(lines: tuple[Line, Line], *, low: int = 36, beats: int = 4, doubled: bool = False) -> list[Note]:
    plan = Plan(Key(0, "major"), 60, beats, MOODS["happy"], (0, 3, 4, 5, 0), FORM)
    pen = Pen(plan, Random(1), 32, jitter=0.0)
    bassline(pen, plan, lines, low=low, velocity=80, doubled=doubled)
    return list(pen.part().notes)


def test_bars_start_on_the_chords_root_and_sections_without_a_bass_have_none() -> None:
    downbeats = {int(note.start): note.pitch for note in _play((OCTAVES, WHOLE)) if note.start % 4 == 0}
    assert downbeats == {4: 41, 8: 43, 12: 45, 16: 36}  # F, G, A, C


def test_the_bridge_has_the_second_line() -> None:
    notes = _play((GALLOP, FIFTHS))
    assert [note.start for note in notes if 4 <= note.start < 8] == [4.0, 6.0]
    assert len([note for note in notes if 8 <= note.start < 12]) == 8


def test_fifths_lie_seven_semitones_above_their_root() -> None:
    root, fifth = (note.pitch for note in _play((WHOLE, FIFTHS)) if 4 <= note.start < 8)
    assert fifth - root == 7


def test_the_last_root_is_held() -> None:
    closing = [note for note in _play((OCTAVES, WHOLE)) if note.start >= 16]
    assert [(note.pitch, note.length > 3.0) for note in closing] == [(36, True)]


def test_in_three_four_time_no_note_lasts_into_the_next_bar() -> None:
    for line in (WHOLE, FIFTHS, OCTAVES):
        for note in _play((line, line), beats=3):
            assert note.start // 3 == (note.start + note.length - 1e-9) // 3


def test_full_sections_are_doubled_below_but_not_beneath_what_is_heard_as_pitch() -> None:
    assert [note.pitch for note in _play((WHOLE, WHOLE), doubled=True) if 8 <= note.start < 12] == [31, 43]
    low = _play((WHOLE, WHOLE), low=24, doubled=True)
    assert min(note.pitch for note in low) >= 24
