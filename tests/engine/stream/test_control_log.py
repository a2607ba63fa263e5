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
