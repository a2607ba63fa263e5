"""A phrase as rows of numbers for the nets: a token for each phone and each pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.speech.script import CONSONANTS, LONG, STOPS, VOWELS, Phrase, Word

START, PAUSE = "^", " "
"""The silence before a sentence; a pause that no stop calls for. Each stop is a pause of its own."""
SYMBOLS = (START, PAUSE, *STOPS, *VOWELS, *(vowel + LONG for vowel in VOWELS), *CONSONANTS)
PAUSES = 2 + len(STOPS)
"""So many of SYMBOLS are silences: the first ones."""
MOST_WORDS = 8
"""Places of a word in a phrase that are told apart, from each end."""
ALONE, FIRST, INSIDE, LAST, SILENT = range(5)
SIZES = (len(SYMBOLS), 3, 5, 1 + len(STOPS), MOST_WORDS, MOST_WORDS, 4)
"""Columns of a token: symbol, stress, place in the word, the phrase's stop, words since its beginning, words
to its end, and whether it begins (1) or ends (2) the sentence."""
CONTEXT = 2
"""Words of the phrases before and after that the nets are shown."""

Ints = NDArray[np.int64]
_NUMBERS = {symbol: number for number, symbol in enumerate(SYMBOLS)}


@dataclass(frozen=True)
class Tokens:
    """A phrase with what stands around it."""

    rows: Ints
    """[T, len(SIZES)]."""
    own: slice
    """Those of the phrase: a token for each phone, in order."""
    pause: int | None
    """The token of the pause after it, if there may be one: the one after ``own``."""
    words: Ints
    """[T]: the number of the word that a phone of the phrase belongs to; -1 for all else."""


def tokens_of(phrase: Phrase, before: Phrase | None = None, after: Phrase | None = None) -> Tokens:
    """The tokens of ``phrase``, of the last words before it and of the first ones after it.

    Phrases of other sentences are no context. Raises StudioError where a phone is none of SYMBOLS.
    """
    before = before if before is not None and before.sentence == phrase.sentence else None
    after = after if after is not None and after.sentence == phrase.sentence else None
    place = (before is None) + 2 * (after is None)
    rows: list[list[int]] = []
    if before is None:
        rows.append(_silence(START, phrase, place, 0))
    else:
        rows += _phones(before, before.words[-CONTEXT:], max(0, len(before.words) - CONTEXT), 0)
        rows += [_silence(mark, before, 0, len(before.words) - 1) for mark in pause_mark(before)]
    first = len(rows)
    rows += _phones(phrase, phrase.words, 0, place)
    own = slice(first, len(rows))
    rows += [_silence(mark, phrase, place, len(phrase.words) - 1) for mark in pause_mark(phrase)]
    pause = own.stop if len(rows) > own.stop else None
    if after is not None:
        rows += _phones(after, after.words[:CONTEXT], 0, 0)
    words = np.full(len(rows), -1, np.int64)
    words[own] = np.repeat(np.arange(len(phrase.words)), [len(word.phones) for word in phrase.words])
    return Tokens(np.array(rows, np.int64).reshape(-1, len(SIZES)), own, pause, words)


def pause_mark(phrase: Phrase) -> str:
    """The symbol of the pause after a phrase; nothing where there is none."""
    return phrase.stop or (PAUSE if phrase.pause_s or phrase.breath else "")


def number_of(symbol: str) -> int:
    """The place of a symbol in SYMBOLS. Raises StudioError where it is none of them."""
    number = _NUMBERS.get(symbol)
    if number is None:
        raise StudioError(f"no voice can say {symbol!r}; phones are {VOWELS}, also with {LONG}, {CONSONANTS}")
    return number


def _phones(phrase: Phrase, words: tuple[Word, ...], first: int, place: int) -> Iterator[list[int]]:
    stop = 1 + STOPS.index(phrase.stop) if phrase.stop else 0
    for index, word in enumerate(words, first):
        since = min(index, MOST_WORDS - 1)
        left = min(len(phrase.words) - 1 - index, MOST_WORDS - 1)
        final = len(word.phones) - 1
        for at, phone in enumerate(word.phones):
            inside = INSIDE if 0 < at < final else ALONE if final == 0 else FIRST if at == 0 else LAST
            yield [number_of(phone.symbol), phone.stress, inside, stop, since, left, place]


def _silence(mark: str, phrase: Phrase, place: int, since: int) -> list[int]:
    stop = 1 + STOPS.index(phrase.stop) if phrase.stop else 0
    left = min(len(phrase.words) - 1 - since, MOST_WORDS - 1)
    return [number_of(mark), 0, SILENT, stop, min(since, MOST_WORDS - 1), left, place]
