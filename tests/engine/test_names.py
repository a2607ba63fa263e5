from __future__ import annotations

from engine.names import suggest


def test_a_near_miss_is_answered_with_the_nearest_name() -> None:
    assert suggest("pino", ["piano", "rock"]) == "did you mean piano?"


def test_a_name_near_to_nothing_is_answered_with_all_names_in_order() -> None:
    assert suggest("xyz", ["rock", "jazz"]) == "there are jazz, rock"


def test_where_there_is_nothing_that_is_said() -> None:
    assert suggest("xyz", []) == "there are none at all"
