"""Which sentences are chosen to be spoken."""

from __future__ import annotations

import pytest

from engine.corpus.speech.text_filter import sentences_of_prose, sentences_of_wordnet, wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "The weather was fine all day.",
        "What's this new idea based on?",
        "He knew it, too; and said nothing!",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen.",
    ],
)
def test_plain_prose_of_four_to_fourteen_words_is_wanted(sentence: str) -> None:
    assert wanted(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Only three words.",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.",
        "This one has no end",
        "this one starts in lower case.",
        "There were 42 of them here.",
        'She said "no" to all of it.',
        "The café was closed all day.",
        "The USA is a large country.",
        "He went to see Mr. Elton there.",
        "They talked of it to Mrs.",
        "Chapter the first of many more.",
        "It was antidisestablishmentarianism at its best.",
        "The word was simply brrr again.",
    ],
)
def test_what_a_synthesiser_would_stumble_over_is_not_wanted(sentence: str) -> None:
    assert not wanted(sentence)


@pytest.mark.parametrize("word", ["murder", "Murdered", "killing", "nude", "cocaine", "war"])
def test_a_sentence_of_the_wrong_tone_is_not_wanted(word: str) -> None:
    assert wanted("They spoke of the weather again.")
    assert not wanted(f"They spoke of the {word} again.")


def test_unwanted_beginnings_do_not_strike_inside_words() -> None:
    assert wanted("The skill of a warm engineer begun.")


def test_sentences_are_found_across_the_lines_of_a_book() -> None:
    lines = [
        "CHAPTER I",
        "",
        "",
        "It was a _very_ fine",
        "morning indeed.  Nobody was there--not",
        "one soul.",
    ]
    assert list(sentences_of_prose(lines)) == ["Nobody was there, not one soul."]


def test_a_title_does_not_end_a_sentence() -> None:
    lines = ["We saw that Mr. Elton was very kind to us. She went home at once."]
    assert list(sentences_of_prose(lines)) == ["She went home at once."]


def test_wordnet_examples_become_whole_sentences() -> None:
    lines = [
        '  1 This is the licence, "with a quoted part of it"',
        '00001 03 n 01 lard 0 000 | a fat; "the cook used butter instead"; "was it any good?"; "too short"  ',
        "00002 03 n 01 thing 0 000 | an entity without example",
    ]
    assert list(sentences_of_wordnet(lines)) == ["The cook used butter instead.", "Was it any good?"]
