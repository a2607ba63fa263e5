"""Kokoro's symbols as the words and phrases that the rest of the program speaks of."""

from __future__ import annotations

from engine.corpus.speech.natural.symbols import PRIMARY, SECONDARY
from engine.speech.script import LONG, STOPS, Phone, Phrase, Word


def phrases_of(symbols: str) -> tuple[Phrase, ...]:
    """The phrases of one sentence; a stop ends each, whose phones are as ``labels_of`` has them.

    Words have no place in a text. What is neither letter nor stop (quotes, brackets) is left out, as are
    words and phrases without a phone.
    """
    phrases: list[Phrase] = []
    words: list[Word] = []
    phones: list[Phone] = []
    stress = 0
    for symbol in symbols + " ":
        if symbol in (PRIMARY, SECONDARY):
            stress = 1 if symbol == PRIMARY else stress or 2
        elif symbol == LONG and phones:
            phones[-1] = Phone(phones[-1].symbol + LONG, phones[-1].stress)
        elif symbol.isalpha():
            phones.append(Phone(symbol, stress))
            stress = 0
        elif symbol == " " or symbol in STOPS:
            if phones:
                words.append(Word(0, 0, tuple(phones)))
                phones = []
            if symbol in STOPS and words:
                phrases.append(Phrase(tuple(words), 0, symbol))
                words = []
    if words:
        phrases.append(Phrase(tuple(words), 0))
    return tuple(phrases)
