"""Markup is obeyed and never spoken; what is wrong with it is told."""

from __future__ import annotations

import time

import pytest

from engine.speech.script import Script, Word
from engine.speech.text.reading import read_text

MARKS = {0: "", 1: "ˈ", 2: "ˌ"}


def words_of(script: Script) -> list[Word]:
    """All its words."""
    return [word for phrase in script.phrases for word in phrase.words]


def places(script: Script) -> list[str]:
    """What of the text each word comes from."""
    return [script.text[word.start : word.end] for word in words_of(script)]


def phones(word: Word) -> str:
    """With stress before the vowel."""
    return "".join(MARKS[phone.stress] + phone.symbol for phone in word.phones)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("One [pause 0.5s] two", 0.5),
        ("One [pause 250ms] two", 0.25),
        ("One [pause 2] two", 2.0),
        ('One <break time="1.5s"/> two', 1.5),
        ('One <break time="300ms"/> two', 0.3),
        ('One. <break time="1s"/> <break time="500ms"/> two', 1.5),
        ('One <break strength="none"/> two', 0.0),
        ("One [pause 9999s] two", 60.0),
    ],
)
def test_a_pause_has_its_length(text: str, seconds: float) -> None:
    script = read_text(text)
    assert [len(phrase.words) for phrase in script.phrases] == [1, 1]
    assert script.phrases[0].pause_s == pytest.approx(seconds)
    assert script.phrases[1].pause_s is None
    assert script.notes == ()


def test_phones_in_braces_are_said_as_they_stand() -> None:
    script = read_text("Say {wˈAvnˌɛt}, {ˈhɛloʊ}.")
    assert [phones(word) for word in words_of(script)][1:] == ["wˈAvnˌɛt", "hˈɛlO"]
    assert places(script) == ["Say", "{wˈAvnˌɛt}", "{ˈhɛloʊ}"]


def test_braces_without_phones_are_said_as_text_with_a_note() -> None:
    script = read_text("Say {x_y 1}.")
    assert len(words_of(script)) > 2
    assert len(script.notes) == 1
    assert script.notes[0].startswith("letter 5: ")


def test_a_phoneme_a_substitute_and_letters_are_said_in_place_of_the_content() -> None:
    text = (
        '<speak><phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme> <sub alias="very good">vg</sub> '
        '<say-as interpret-as="characters">cat</say-as></speak>'
    )
    script = read_text(text)
    assert [phones(word) for word in words_of(script)] == [
        *("təmˈAtO", "vˈɛɹi", "ɡˈʊd", "sˈi", "ˈA", "tˈi"),
    ]
    assert places(script)[1] == '<sub alias="very good">vg</sub>'
    assert script.notes == ()


@pytest.mark.parametrize(
    ("text", "speed", "semitones"),
    [
        ('<prosody rate="80%">word</prosody>', 0.8, 0.0),
        ('<prosody rate="+20%" pitch="+2st">word</prosody>', 1.2, 2.0),
        ('<prosody rate="slow">word</prosody>', 0.75, 0.0),
        ('<prosody pitch="-1.5st"><prosody rate="2">word</prosody></prosody>', 2.0, -1.5),
        ('<prosody pitch="+100%">word</prosody>', 1.0, 12.0),
        ('<prosody rate="1000%">word</prosody>', 4.0, 0.0),
        ('<emphasis level="none">word</emphasis>', 1.0, 0.0),
    ],
)
def test_prosody_changes_the_words_within(text: str, speed: float, semitones: float) -> None:
    first, inner, last = words_of(read_text(f"One {text} two"))
    assert (inner.speed, inner.semitones) == (pytest.approx(speed), pytest.approx(semitones))
    assert {(first.speed, first.semitones), (last.speed, last.semitones)} == {(1.0, 0.0)}


def test_emphasis_is_slower_and_higher_and_reduced_the_contrary() -> None:
    strong, reduced = (
        words_of(read_text(f'<emphasis level="{level}">word</emphasis>'))[0]
        for level in ("strong", "reduced")
    )
    assert strong.speed < 1.0 < reduced.speed
    assert reduced.semitones < 0.0 < strong.semitones


@pytest.mark.parametrize(
    "text",
    [
        'One <voice name="x">two</voice> three',
        'One <!-- four --> two <?xml version="1.0"?> three',
        "One </prosody> two </sub> three",
        '<sub alias="one two three">x',
        'One two three <break time="1s"',
        '<phoneme ph="q7">One two three</phoneme>',
        '<prosody rate="very" pitch="odd">One two three</prosody>',
        "<speak>One <p>two</p> <s>three</s></speak>",
    ],
)
def test_a_tag_is_never_spoken(text: str) -> None:
    said = [phones(word) for word in words_of(read_text(text))]
    assert [word.replace("ˌ", "ˈ") for word in said][:3] == ["wˈʌn", "tˈu", "θɹˈi"]
    assert len(said) <= 4  # what is in a <sub> that is never closed is said as well


def test_entities_are_what_they_stand_for_and_lie_where_they_stand() -> None:
    script = read_text("salt &amp; pepper")
    assert places(script) == ["salt", "&amp;", "pepper"]
    assert phones(words_of(script)[1]) == "ænd"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]> &b;" * 50,
        "<prosody>" * 5000,
        "<sub>" * 5000,
        "<" * 20000,
        "&" * 20000,
        "{" * 20000,
        "[pause " * 5000,
        '<a b="' * 5000,
        "<a " + "b='c' " * 5000,
        "1" * 5000,
        "1," * 5000,
        "a." * 5000,
        "M" * 5000,
        "a@" * 5000,
        "-" * 5000,
    ],
)
def test_malicious_markup_takes_no_long_time(text: str) -> None:
    begun = time.process_time()
    read_text(text)
    assert time.process_time() - begun < 20.0
