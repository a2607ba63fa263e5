"""A text becomes phrases of words of phones, each with its place."""

from __future__ import annotations

import pytest

from engine.speech.script import Script
from engine.speech.text.dictionary import Accent
from engine.speech.text.reading import read_text

MARKS = {0: "", 1: "ˈ", 2: "ˌ"}


def said(script: Script) -> str:
    """Phones with their stress, words apart, a phrase's stop after it, | where there is none."""
    return " ".join(
        " ".join(
            "".join(MARKS[phone.stress] + phone.symbol for phone in word.phones) for word in phrase.words
        )
        + (phrase.stop or "|")
        for phrase in script.phrases
    )


@pytest.mark.parametrize(
    ("text", "accent", "phones"),
    [
        ("Hello there.", "american", "həlˈO ðˈɛɹ."),
        ("Hello there.", "british", "həlˈQ ðˈɛː."),
        ("A joke, to him!", "american", "ɐ ʤˈOk, tə hˌɪm!"),
        ("The apple; the pear?", "american", "ði ˈæpᵊl; ðə pˈɛɹ?"),
    ],
)
def test_plain_text_is_said(text: str, accent: Accent, phones: str) -> None:
    assert said(read_text(text, accent=accent)) == phones


def test_each_word_knows_its_place_in_the_text() -> None:
    text = "  Déjà vu,\n“well-known”  42 — e\u0301tude."
    words = [word for phrase in read_text(text).phrases for word in phrase.words]
    assert [text[word.start : word.end] for word in words] == [
        *("Déjà", "vu", "well", "known", "42", "42", "e\u0301tude"),
    ]


def test_phrases_are_cut_at_punctuation_and_count_their_sentences() -> None:
    script = read_text("Yes, we can. Can we?\n\nA title\n\nMore")
    assert [(phrase.sentence, phrase.stop, len(phrase.words)) for phrase in script.phrases] == [
        *((0, ",", 1), (0, ".", 2), (1, "?", 2), (2, ".", 2), (3, "", 1)),
    ]


def test_a_long_run_without_punctuation_is_cut_into_breaths_of_at_most_twelve_words() -> None:
    text = "we went " + "and saw the old house by the river where they had lived " * 5
    phrases = read_text(text).phrases
    assert sum(len(phrase.words) for phrase in phrases) == 62
    assert all(3 <= len(phrase.words) <= 12 for phrase in phrases)
    assert {phrase.stop for phrase in phrases} == {""}


def test_an_empty_text_says_nothing() -> None:
    for text in ("", " \n", "...", "*"):
        assert read_text(text).phrases == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "We left the car near the station and walked home in the rain.",
            ["We left the car near the station", "and walked home in the rain"],
        ),
        (
            "Nobody could say why it was but they all knew it.",
            ["Nobody could say why it was", "but they all knew it"],
        ),
        (
            "She knew him and liked him very much.",
            ["She knew him and liked him very much"],
        ),  # four words before
        ("She knew him very well and liked him.", ["She knew him very well and liked him"]),  # three after
        ("It cost him 1,245 pounds.", ["It cost him 1,245 pounds"]),
        (
            "It cost one thousand two hundred and forty five.",
            ["It cost one thousand two hundred and forty five"],
        ),
        (
            "We left the car near the station, and walked home.",
            ["We left the car near the station", "and walked home"],
        ),
    ],
)
def test_breath_is_taken_before_and_and_but_where_many_words_come_without_a_stop(
    text: str, parts: list[str]
) -> None:
    phrases = read_text(text, accent="british").phrases
    assert [text[phrase.words[0].start : phrase.words[-1].end] for phrase in phrases] == parts
    assert [phrase.breath for phrase in phrases] == [len(parts) == 2 and "," not in text, False][: len(parts)]
