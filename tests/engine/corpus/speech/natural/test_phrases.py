"""Kokoro's symbols as phrases of words."""

from __future__ import annotations

from engine.corpus.speech.natural.phrases import phrases_of
from engine.speech.script import Phone


def test_words_phones_stress_and_stops_are_told_apart() -> None:
    first, second = phrases_of("hˈI, ðə wˌɔːtə!")
    assert (first.stop, second.stop) == (",", "!")
    assert [word.phones for word in first.words] == [(Phone("h"), Phone("I", 1))]
    assert second.words[0].phones == (Phone("ð"), Phone("ə"))
    assert second.words[1].phones == (Phone("w"), Phone("ɔː", 2), Phone("t"), Phone("ə"))


def test_a_sentence_without_a_stop_is_a_phrase_without_one() -> None:
    (phrase,) = phrases_of("hˈI ðˈɛɹ")
    assert (phrase.stop, len(phrase.words)) == ("", 2)


def test_quotes_and_empty_phrases_are_left_out() -> None:
    phrases = phrases_of("“hˈI” … , ɡˈO.")
    assert [(phrase.stop, len(phrase.words)) for phrase in phrases] == [("…", 1), (".", 1)]
    assert phrases_of("?!") == ()
