from __future__ import annotations

from engine.errors import suggest


def test_a_near_miss_is_answered_with_the_nearest_name() -> None:
    assert suggest("pino", ["piano", "rock"]) == "did you mean piano?"


def test_a_name_near_to_nothing_is_answered_with_all_names_in_order() -> None:
    assert suggest("xyz", ["rock", "jazz"]) == "there are jazz, rock"


def test_where_there_is_nothing_that_is_said() -> None:
    assert suggest("xyz", []) == "there are none at all"


def test_names_too_many_to_be_listed_are_found_elsewhere() -> None:
    known = [f"tag{number}" for number in range(1000)]
    assert suggest("xyz", known, "./studio models lists them") == "./studio models lists them"


def test_of_names_too_many_to_be_listed_the_first_are() -> None:
    told = suggest("xyz", [f"tag{number:03}" for number in range(1000)])
    assert told.startswith("there are tag000, tag001, tag002, ")
    assert told.endswith(", tag018, tag019 and 980 more")


def test_a_name_of_any_length_is_cut() -> None:
    assert len(suggest("a" * 10_000, ["b" * 10_000])) < 100
    assert len(suggest("a" * 10_000, ["a" * 10_000])) < 100
