"""Phrases as tokens."""

from __future__ import annotations

import numpy as np

from engine.speech.tokens import SIZES, SYMBOLS, tokens_of
from tests.speech_nets import phrase

SYMBOL, STRESS, PLACE, STOP, SINCE, LEFT, ENDS = range(7)


def symbols(rows: np.ndarray) -> str:
    return "".join(SYMBOLS[row[SYMBOL]] for row in rows)


def test_a_sentence_of_one_phrase_begins_with_silence_and_ends_with_its_stop() -> None:
    tokens = tokens_of(phrase("hI", "ə", "bəlun", stop="?"))
    assert symbols(tokens.rows) == "^hIəbəlun?"
    assert (tokens.own, tokens.pause) == (slice(1, 9), 9)
    assert tokens.words.tolist() == [-1, 0, 0, 1, 2, 2, 2, 2, 2, -1]
    own = tokens.rows[tokens.own]
    assert own[:, PLACE].tolist() == [1, 3, 0, 1, 2, 2, 2, 3]  # first, last; alone; first, inside, last
    assert own[:, SINCE].tolist() == [0, 0, 1, 2, 2, 2, 2, 2]
    assert own[:, LEFT].tolist() == [2, 2, 1, 0, 0, 0, 0, 0]
    assert set(own[:, ENDS]) == {3}
    assert set(own[:, STOP]) == {1 + ".?!".index("?")}
    assert own[:, STRESS].tolist() == [1, 0, 1, 1, 0, 0, 0, 0]


def test_two_words_before_and_after_in_the_same_sentence_are_context() -> None:
    before, after = phrase("ðə", "bɪɡ", "ɹɛd", stop=","), phrase("ɪn", "ðə", "skI")
    tokens = tokens_of(phrase("kAt", stop=""), before, after)
    assert symbols(tokens.rows) == "bɪɡɹɛd,kAtɪnðə"
    assert tokens.pause is None
    assert set(tokens.rows[tokens.own, ENDS]) == {0}
    assert tokens.rows[0, SINCE] == 1  # the second word of its own phrase
    other = phrase("ɪn", sentence=1)
    assert symbols(tokens_of(phrase("kAt"), other, other).rows) == "^kAt."


def test_a_pause_without_a_stop_has_a_token_where_it_is_asked_for() -> None:
    assert symbols(tokens_of(phrase("kAt", stop="", pause_s=0.5)).rows) == "^kAt "
    assert symbols(tokens_of(phrase("kAt", stop="", pause_s=0.0)).rows) == "^kAt"


def test_columns_stay_within_their_sizes() -> None:
    long = phrase(*["lɔŋ"] * 30, stop="—")
    rows = tokens_of(long, phrase("A", stop=":"), phrase("ɑ", stop="…")).rows
    assert (rows >= 0).all()
    assert (rows < np.array(SIZES)).all()
