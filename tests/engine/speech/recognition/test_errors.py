from __future__ import annotations

import itertools

import pytest

from engine.speech.recognition.errors import PhoneErrors, phone_errors


@pytest.mark.parametrize(
    ("said", "found", "errors"),
    [
        ("abcd", "abcd", PhoneErrors(0, 0, 0, 4)),
        ("abcd", "abd", PhoneErrors(0, 1, 0, 4)),
        ("abcd", "abxcd", PhoneErrors(0, 0, 1, 4)),
        ("abcd", "axcd", PhoneErrors(1, 0, 0, 4)),
        ("kitten", "sitting", PhoneErrors(2, 0, 1, 6)),
        ("", "ab", PhoneErrors(0, 0, 2, 0)),
        ("ab", "", PhoneErrors(0, 2, 0, 2)),
    ],
)
def test_errors_are_those_that_one_counts_by_hand(said: str, found: str, errors: PhoneErrors) -> None:
    assert phone_errors(said, found) == errors


def test_the_sum_of_errors_is_the_edit_distance_by_its_definition() -> None:
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        ways = (distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))
        return min(ways)

    words = ["".join(letters) for n in range(4) for letters in itertools.product("ab", repeat=n)]
    for said, found in itertools.product(words, words):
        assert sum(phone_errors(said, found)[:3]) == distance(said, found)


def test_the_rate_counts_all_errors_of_all_sentences() -> None:
    total = PhoneErrors(1, 2, 0, 20) + PhoneErrors(0, 0, 3, 10)
    assert total == PhoneErrors(1, 2, 3, 30)
    assert total.rate == pytest.approx(20.0)
    assert PhoneErrors().rate == 0.0
