"""Words are found as they are spelled, or by a shorter word and a rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.speech.text.dictionary import Dictionary, dictionary, packed
from engine.speech.text.endings import derived

WORDS = {
    "walk": "wˈɔk",
    "bus": "bˈʌs",
    "wait": "wˈAt",
    "stop": "stˈɑp",
    "love": "lˈʌv",
    "happy": "hˈæpi",
    "kind": "kˈInd",
}


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("walks", "wˈɔks"),
        ("walked", "wˈɔkt"),
        ("walking", "wˈɔkɪŋ"),
        ("buses", "bˈʌsᵻz"),
        ("bus's", "bˈʌsᵻz"),
        ("waited", "wˈATᵻd"),
        ("waits", "wˈAts"),
        ("stopped", "stˈɑpt"),
        ("stopping", "stˈɑpɪŋ"),
        ("loved", "lˈʌvd"),
        ("lovers", "lˈʌvəɹz"),
        ("happily", "hˈæpili"),
        ("happier", "hˈæpiəɹ"),
        ("unkind", "ʌnkˈInd"),
        ("cats", None),
    ],
)
def test_endings_are_sounded_by_rule(word: str, phones: str | None) -> None:
    expected = None if phones is None else phones.replace("ʌnk", "ʌŋk")  # n before k
    assert derived(word, WORDS.get, british=False) == expected


def test_british_endings_differ() -> None:
    find: Callable[[str], str | None] = {"wait": "wˈAt", "hear": "hˈɪə"}.get
    assert derived("waited", find, british=True) == "wˈAtɪd"
    assert derived("hearing", find, british=True) == "hˈɪəɹɪŋ"


def test_what_is_packed_is_found_again() -> None:
    words = {
        "b": {"": "bˈi"},
        "Ba": {"": "bˈɑ", "NOUN": "bˈæ"},
        "ba": {"": "bˈA"},
        "é": {"": "ˈA"},
        "z": {"": "zˈi"},
    }
    found = Dictionary(packed(words), british=False)
    assert {word: found.forms(word) for word in words} == words
    assert [found.forms(word) for word in ("a", "bb", "zz", "")] == [None] * 4
    assert found.forms("BA") == {"": "bˈA"}
    assert (found.lists("Ba"), found.lists("BA")) == (True, False)


@pytest.mark.parametrize(
    ("accent", "word", "phones"),
    [
        ("american", "water", "wˈɔTəɹ"),
        ("british", "water", "wˈɔːtə"),
        ("american", "Elizabeth's", "əlˈɪzəbəθs"),
        ("american", "unkindly", "ˌʌnkˈIndli"),
    ],
)
def test_the_shipped_dictionaries_know(accent: str, word: str, phones: str) -> None:
    forms = dictionary("british" if accent == "british" else "american").forms(word)
    assert forms == {"": phones}
