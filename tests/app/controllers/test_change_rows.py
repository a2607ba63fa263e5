"""Control events as rows, and edits of the rows as control events."""

from __future__ import annotations

from app.controllers.change_rows import Edits
from engine.library.control_events import ControlEvent
from engine.wavenet.config import GenerationParams

RATE = 16_000
START = GenerationParams(temperature=0.9, tags=(("piano", 1.0), ("calm", 0.0)))


def edits(*events: ControlEvent, speakers: tuple[str, ...] = ()) -> Edits:
    return Edits(START, tuple(events), speakers, RATE, 10 * RATE)


HOT = ControlEvent(RATE, "temperature", 1.4)
COLD = ControlEvent(3 * RATE, "temperature", 0.5)
FLUTE = ControlEvent(2 * RATE, "tags.flute", 1.0)
SEED = ControlEvent(2 * RATE, "seed", 7)


def test_what_was_moved_comes_first_and_then_what_can_be() -> None:
    assert edits().parameters == ("temperature", "tags.piano")
    assert edits(FLUTE, SEED).parameters == ("tags.flute", "temperature", "tags.piano")
    assert edits(speakers=("slt", "rms")).parameters == ("temperature", "tags.piano", "speaker")


def test_keys_have_no_row_and_stay_where_they_are() -> None:
    key = ControlEvent(2 * RATE, "note.60", 90)
    found = edits(key, HOT)
    assert found.parameters == ("temperature", "tags.piano")
    assert found.moved(0, 0, 3.0, 1.0) == (key, ControlEvent(3 * RATE, "temperature", 1.0))


def test_a_row_says_what_held_when() -> None:
    temperature, piano = edits(HOT, COLD).rows()
    assert (temperature.title, temperature.start) == ("temperature", 0.9)
    assert temperature.points == ((1.0, 1.4), (3.0, 0.5))
    assert (piano.title, piano.start, piano.points) == ("piano", 1.0, ())


def test_a_point_is_moved_in_time_and_value_and_events_stay_in_order() -> None:
    found = edits(HOT, SEED, COLD).moved(0, 0, 4.0, 1.239)
    assert found == (SEED, COLD, ControlEvent(4 * RATE, "temperature", 1.24))


def test_a_point_is_added_and_removed() -> None:
    one = edits(HOT, FLUTE)
    assert one.added(1, 0.5, 0.333) == (ControlEvent(RATE // 2, "tags.flute", 0.33), HOT, FLUTE)
    assert one.removed(0, 0) == (FLUTE,)


def test_nothing_lies_outside_the_take() -> None:
    assert edits().added(0, 99.0, 1.0)[0].sample == 10 * RATE - 1
    assert edits().added(0, -1.0, 1.0)[0].sample == 0


def test_voices_are_chosen_by_name() -> None:
    one = edits(ControlEvent(RATE, "speaker", "rms"), speakers=("slt", "rms"))
    row = one.rows()[0]
    assert (row.title, row.points, row.text(0.0)) == ("voice", ((1.0, 1.0),), "slt")
    assert one.added(0, 2.0, 0.2)[-1] == ControlEvent(2 * RATE, "speaker", "slt")


def test_values_stay_what_a_model_takes() -> None:
    nucleus = edits(ControlEvent(5, "top_p", 0.5), ControlEvent(6, "top_k", 20))
    assert nucleus.added(0, 1.0, 0.0)[-1].value == 0.01
    assert nucleus.added(1, 1.0, 33.4)[-1].value == 33
