"""Words, phones and sentences have the times at which they are said."""

from __future__ import annotations

import json

from engine.speech.labels import TimedWord, labels, subtitles
from engine.speech.text.phones import phone_text
from engine.speech.text.reading import read_text

PHONE_S, PAUSE_S = 0.1, 0.25


def said(text: str) -> list[TimedWord]:
    """The words of a text, every phone of which lasts 0.1 s and every pause 0.25 s."""
    words = []
    count = 0  # of phones
    for number, phrase in enumerate(read_text(text).phrases):
        for word in phrase.words:
            times = [number * PAUSE_S + (count + index) * PHONE_S for index in range(len(word.phones) + 1)]
            count += len(word.phones)
            symbols = tuple(phone_text(phone) for phone in word.phones)
            words.append(TimedWord(word.start, word.end, times[0], symbols, tuple(times[1:])))
    return words


def test_labels_tell_when_each_word_and_phone_is_said() -> None:
    text = "A cat, 2 dogs."
    words = said(text)  # ɐ kˈæt | tˈu dˈɔɡz: 4 and 6 phones
    content = json.loads(labels(text, words))
    assert content["text"] == text
    assert [(word["text"], word["start_s"], word["end_s"]) for word in content["words"]] == [
        ("A", 0.0, 0.1),
        ("cat", 0.1, 0.4),
        ("2", 0.65, 0.85),
        ("dogs", 0.85, 1.25),
    ]
    assert content["words"][1]["phones"][1] == {"phone": "ˈæ", "start_s": 0.2, "end_s": 0.3}
    assert [(word["from_character"], word["to_character"]) for word in content["words"]] == [
        *((0, 1), (2, 5), (7, 8), (9, 13)),
    ]


def test_subtitles_show_a_sentence_at_a_time_without_markup() -> None:
    text = "A cat, [pause 1s] <emphasis>2</emphasis> dogs. At three, so!"
    assert subtitles(text, said(text)) == (
        "1\n00:00:00,000 --> 00:00:01,250\nA cat, 2 dogs.\n\n"
        "2\n00:00:01,500 --> 00:00:02,450\nAt three, so!\n"
    )


def test_a_sentence_of_more_than_two_lines_is_shown_in_parts() -> None:
    text = "the old house by the river, " * 6 + "fell."
    shown = subtitles(text, said(text)).split("\n\n")
    assert len(shown) == 3
    for cue in shown:
        lines = cue.strip().split("\n")[2:]
        assert 1 <= len(lines) <= 2
        assert all(len(line) <= 42 for line in lines)
        assert lines[-1].endswith((",", "."))


def test_nothing_said_has_no_subtitles() -> None:
    assert subtitles("", []) == ""
    assert json.loads(labels("", [])) == {"text": "", "words": []}
