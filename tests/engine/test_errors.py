from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StudioError, one_line, reason, shortened, suggest


def test_a_message_of_300_letters_is_told_as_it_is() -> None:
    message = "x" * 270 + ": is wrong; say another"
    assert len(message) < 300
    assert str(StudioError(message)) == message


def test_of_a_long_message_the_longest_word_is_cut_and_the_advice_stays() -> None:
    message = f"/home/me/a.toml: category: should be 'user' (got '{'y' * 10_000}'); give another one"
    reported = str(StudioError(message))
    assert len(reported) == 300
    assert reported.startswith("/home/me/a.toml: category: should be 'user' (got 'yyy")
    assert reported.endswith("yyy'); give another one")
    assert "y…y" in reported


def test_of_a_long_message_of_short_words_the_middle_is_cut() -> None:
    reported = str(StudioError("begin " + "word " * 1000 + "end"))
    assert len(reported) == 300
    assert reported.startswith("begin word ")
    assert reported.endswith("word end")


@pytest.mark.parametrize(
    ("message", "reported"),
    [
        ("two\nlines.wav: no file", "two\\nlines.wav: no file"),
        ("red\x1b[31m.wav", "red\\x1b[31m.wav"),
        ("a\u2028b", "a\\u2028b"),
        ("lone \ud800", "lone \\ud800"),
        ("Größe\xa05 µs, 日本", "Größe\xa05 µs, 日本"),
    ],
)
def test_what_would_break_a_line_is_written_out(message: str, reported: str) -> None:
    assert str(StudioError(message)) == reported


@given(st.text(), st.integers(0, 2000))
def test_any_message_becomes_one_line_that_can_be_printed(text: str, times: int) -> None:
    reported = one_line(text * times)
    assert len(reported) <= 300
    assert len(reported.splitlines()) <= 1
    reported.encode()


def test_a_text_keeps_its_beginning_and_its_end() -> None:
    assert shortened("abcdefghij", 10) == "abcdefghij"
    assert shortened("abcdefghijk", 10) == "abcde…hijk"


def test_the_reason_of_a_fault_leaves_the_path_out() -> None:
    assert reason(OSError(errno.ENAMETOOLONG, "File name too long", "a" * 300)) == "File name too long"
    assert reason(OSError("no locks here")) == "no locks here"
    assert reason(ValueError("embedded null byte")) == "no name of a file"


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
    reported = suggest("xyz", [f"tag{number:03}" for number in range(1000)])
    assert reported.startswith("there are tag000, tag001, tag002, ")
    assert reported.endswith(", tag018, tag019 and 980 more")


def test_a_name_of_any_length_is_cut() -> None:
    assert len(suggest("a" * 10_000, ["b" * 10_000])) < 100
    assert len(suggest("a" * 10_000, ["a" * 10_000])) < 100
