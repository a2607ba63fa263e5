from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.controllers.change_words import Marks, differences, marks, words
from engine.library.control_events import ControlEvent
from tests.takes import make_take

RATE = 16_000


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("temperature", 1.2, "temperature 1.20"),
        ("tags.flute", 1.0, "+ flute"),
        ("tags.flute", 0.0, "− flute"),
        ("tags.flute", 0.5, "flute 0.50"),
        ("speaker", "slt", "voice slt"),
        ("speaker", None, "voice anyone"),
        ("top_p", 0.9, "nucleus 0.90"),
        ("top_k", 0, "top-k off"),
    ],
)
def test_an_event_is_said_in_words(parameter: str, value: float | str | None, said: str) -> None:
    assert words(ControlEvent(0, parameter, value)) == said


def test_a_slider_that_is_dragged_is_one_change_at_its_last_value() -> None:
    events = [ControlEvent(1_000 * n, "temperature", n / 10) for n in range(1, 8)]
    events.append(ControlEvent(5 * RATE, "temperature", 0.5))
    assert marks(events, RATE) == [(7_000 / RATE, "temperature 0.70"), (5.0, "temperature 0.50")]


def test_what_is_moved_at_once_shares_a_mark() -> None:
    events = [ControlEvent(RATE, "temperature", 1.2), ControlEvent(RATE, "tags.flute", 1.0)]
    assert marks(events, RATE) == [(1.0, "temperature 1.20, + flute")]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 12_000), st.sampled_from(("temperature", "tags.flute")), st.floats(0.0, 2.0)
        ),
        max_size=30,
    )
)
def test_marks_of_events_that_come_one_by_one_are_those_of_all_at_once(
    moves: list[tuple[int, str, float]],
) -> None:
    after, sample, events = Marks(RATE), 0, []
    for later, parameter, value in moves:
        sample += later
        events.append(ControlEvent(sample, parameter, value))
        after.add(events[-1:])
        after.all()
    assert after.all() == marks_by_hand(events)


def marks_by_hand(events: list[ControlEvent]) -> list[tuple[float, str]]:
    """A move gives way to one of its parameter within half a second; what is left shares a tenth of one."""
    found: list[tuple[float, str]] = []
    values: dict[str, float | int | str | None] = {}
    for place, event in enumerate(events):
        later = [move for move in events[place + 1 :] if move.parameter == event.parameter]
        if later and later[0].sample - event.sample < RATE // 2:
            continue
        seconds, text = event.sample / RATE, words(event, values.get(event.parameter))
        values[event.parameter] = event.value
        if found and seconds - found[-1][0] < 0.1:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {text}")
        else:
            found.append((seconds, text))
    return found


def test_two_takes_differ_in_what_they_were_begun_with() -> None:
    one = make_take(1)
    preset = replace(one.preset, temperature=0.96, tags={"piano": 1.0})
    one = replace(one, preset=preset)
    other = replace(one, preset=replace(preset, temperature=1.2, tags={"piano": 1.0, "flute": 1.0}))
    assert differences(one, other) == "temperature 0.96 → 1.20, + flute"
    assert differences(other, one) == "temperature 1.20 → 0.96, − flute"
    assert differences(one, one) == "nothing differs"
    assert differences(one, replace(one, seed=5)) == "seed 1 → 5"


def test_keys_are_no_moves_and_told_apart_from_them() -> None:
    keys = (ControlEvent(100, "note.60", 90), ControlEvent(200, "pedal", 127))
    assert marks(keys, 16_000) == []
    plain = make_take(1)
    assert differences(plain, replace(plain, events=keys)) == "2 keys more"
    assert differences(replace(plain, events=keys), plain) == "2 keys fewer"
