"""Which notes sound as keys and the pedal go down and up."""

from __future__ import annotations

import numpy as np

from engine.music.keyboard import Keyboard, KeyChange, PlayedNote, written

RATE = 1000
DOWN, UP = KeyChange(None, 127), KeyChange(None, 0)


def played(*changes: tuple[int, KeyChange]) -> Keyboard:
    keyboard = Keyboard(RATE)
    for sample, change in changes:
        keyboard.play(sample, change)
    return keyboard


def test_a_note_sounds_from_when_its_key_goes_down_until_it_goes_up() -> None:
    keyboard = played((10, KeyChange(60, 90)), (50, KeyChange(60, 0)), (70, KeyChange(62, 1)))
    assert keyboard.notes == (PlayedNote(10, 60, 90, 50), PlayedNote(70, 62, 1))
    assert keyboard.sounding == (PlayedNote(70, 62, 1),)
    assert not keyboard.silent


def test_the_pedal_holds_notes_until_it_goes_up_but_not_those_whose_keys_are_down() -> None:
    keyboard = played((0, KeyChange(60, 9)), (5, DOWN), (20, KeyChange(60, 0)), (30, KeyChange(64, 9)))
    assert [note.end for note in keyboard.notes] == [None, None]
    keyboard.play(40, UP)
    assert keyboard.notes == (PlayedNote(0, 60, 9, 40), PlayedNote(30, 64, 9))
    keyboard.play(50, KeyChange(64, 0))
    assert keyboard.silent


def test_a_key_that_is_struck_again_ends_its_note_before() -> None:
    keyboard = played((0, KeyChange(60, 9)), (100, KeyChange(60, 8)), (150, KeyChange(60, 0)))
    assert keyboard.notes == (PlayedNote(0, 60, 9, 100), PlayedNote(100, 60, 8, 150))


def test_a_key_struck_again_under_the_pedal_is_held_until_it_is_let_go() -> None:
    keyboard = played((0, DOWN), (1, KeyChange(60, 9)), (20, KeyChange(60, 0)), (30, KeyChange(60, 8)))
    keyboard.play(60, UP)
    assert keyboard.sounding == (PlayedNote(30, 60, 8),)


def test_a_note_lasts_10_ms_at_least_however_soon_its_key_goes_up() -> None:
    assert played((3, KeyChange(60, 9)), (3, KeyChange(60, 0))).notes == (PlayedNote(3, 60, 9, 13),)


def test_a_key_that_goes_up_without_having_gone_down_is_nothing() -> None:
    assert played((3, KeyChange(60, 0)), (4, UP)).notes == ()


def test_of_more_than_16_notes_the_first_gives_way() -> None:
    keyboard = played(*((n, KeyChange(40 + n, 9)) for n in range(17)))
    assert len(keyboard.sounding) == 16
    assert keyboard.notes[0] == PlayedNote(0, 40, 9, 16)


def test_what_lets_all_go_ends_every_note() -> None:
    keyboard = played((0, KeyChange(60, 9)), (1, DOWN), (2, KeyChange(60, 0)), (3, KeyChange(64, 9)))
    assert keyboard.releases() == [KeyChange(64, 0), UP]
    for change in keyboard.releases():
        keyboard.play(20, change)
    assert keyboard.silent
    assert keyboard.releases() == []


def test_what_came_since_a_snapshot_can_be_taken_back() -> None:
    keyboard = played((0, KeyChange(60, 9)), (1, DOWN))
    before, snapshot = keyboard.notes, keyboard.snapshot()
    for change in (KeyChange(60, 0), KeyChange(62, 3), UP):
        keyboard.play(40, change)
    keyboard.restore(snapshot)
    assert keyboard.notes == before
    keyboard.play(50, KeyChange(60, 0))
    assert not keyboard.silent  # the pedal is down again


def test_notes_are_written_as_a_score_has_them() -> None:
    notes = (PlayedNote(500, 64, 80, 1500), PlayedNote(250, 60, 127), PlayedNote(2000, 1, 1, 2500))
    found = written(notes, RATE, 2000)
    assert found.dtype == np.float32
    assert found.tolist() == [[0.25, 1.75, 60, 127, 0, 0], [0.5, 1.0, 64, 80, 0, 0]]
