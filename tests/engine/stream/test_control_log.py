from __future__ import annotations

from dataclasses import replace

from engine.library.control_events import ControlEvent
from engine.stream.control_log import ControlLog
from engine.wavenet.config import GenerationParams

COOL = GenerationParams(temperature=0.5)
HOT = replace(COOL, temperature=2.0)


def test_changes_are_noted_where_they_take_hold() -> None:
    log = ControlLog(COOL, [ControlEvent(3, "seed", 7)])
    log.note(10, COOL, None)
    log.note(20, HOT, 1.5)
    assert log.latest == (20, HOT, 1.5)
    assert log.events == (ControlEvent(3, "seed", 7), ControlEvent(20, "temperature", 2.0))


def test_what_was_taken_back_has_not_changed() -> None:
    log = ControlLog(COOL)
    log.note(20, HOT, None)
    log.note(30, COOL, None)
    log.forget(29)
    assert (log.latest.params, log.events) == (HOT, (ControlEvent(20, "temperature", 2.0),))
    log.note(10, HOT, None)
    assert log.events == (ControlEvent(10, "temperature", 2.0),)


def test_news_are_what_came_since_and_how_much_of_what_was_told_still_holds() -> None:
    log = ControlLog(COOL, [ControlEvent(3, "seed", 7)])
    assert log.news() == (0, (ControlEvent(3, "seed", 7),))
    assert log.news() == (1, ())
    log.note(20, HOT, None)
    log.note(30, COOL, None)
    assert log.news() == (1, (ControlEvent(20, "temperature", 2.0), ControlEvent(30, "temperature", 0.5)))
    log.forget(25)
    log.note(26, COOL, None)
    assert log.news() == (2, (ControlEvent(26, "temperature", 0.5),))
    log.forget(2)
    assert log.news() == (0, ())


def test_the_parameters_of_long_ago_are_let_go_but_not_what_tells_of_them() -> None:
    log = ControlLog(COOL)
    for move in range(2000):
        log.note(1000 * (move + 1), HOT if move % 2 == 0 else COOL, None)
    assert len(log.events) == 2000
    assert len(log._changes) < 200
    log.forget(1_990_500)
    assert log.latest.sample == 1_990_000


def test_keys_stay_where_they_were_played_when_controls_move_before_them() -> None:
    log = ControlLog(COOL)
    key, pedal = ControlEvent(30, "note.60", 90), ControlEvent(40, "pedal", 127)
    log.note(20, HOT, None)
    log.note_keys([key], 1.0)
    log.note_keys([pedal], 2.0)
    assert log.latest == (40, HOT, 2.0)
    assert log.news() == (0, (ControlEvent(20, "temperature", 2.0), key, pedal))
    log.note(25, COOL, 3.0)
    assert log.latest == (25, COOL, 3.0)
    cooled = ControlEvent(25, "temperature", 0.5)
    assert log.events == (ControlEvent(20, "temperature", 2.0), cooled, key, pedal)
    assert log.news() == (1, (cooled, key, pedal))
    log.forget(10)
    assert log.events == (key, pedal)
    assert log.news() == (0, (key, pedal))
