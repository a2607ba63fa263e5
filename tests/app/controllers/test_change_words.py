from __future__ import annotations

from dataclasses import replace

import pytest

from app.controllers.change_words import differences, marks, words
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


def test_two_takes_differ_in_what_they_were_begun_with() -> None:
    one = make_take(1)
    preset = replace(one.preset, temperature=0.96, tags={"piano": 1.0})
    one = replace(one, preset=preset)
    other = replace(one, preset=replace(preset, temperature=1.2, tags={"piano": 1.0, "flute": 1.0}))
    assert differences(one, other) == "temperature 0.96 → 1.20, + flute"
    assert differences(other, one) == "temperature 1.20 → 0.96, − flute"
    assert differences(one, one) == "nothing differs"
    assert differences(one, replace(one, seed=5)) == "seed 1 → 5"
