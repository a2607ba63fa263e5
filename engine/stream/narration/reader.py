"""Reads a text phrase by phrase, no further than it is asked to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from engine.speech.script import Phrase, Script, neighbours
from engine.stream.narration.pieces import Piece, pieces


class ReadAs(Protocol):
    """The front end."""

    def __call__(self, text: str, speaker: str) -> Script:
        """What is said of ``text`` by ``speaker``."""
        ...


@dataclass(frozen=True)
class _Reading:
    """A piece of the text as it was read."""

    piece: Piece
    speaker: str
    first: int
    """The number of its first phrase."""
    after: int
    """The one after that of its last."""


class PhraseReader:
    """For one thread. ``notes``, lines on what could not be said, only ever grow."""

    def __init__(self, text: str, read: ReadAs, start: int = 0) -> None:
        """Begin with the sentence in which character ``start`` lies."""
        self._text, self._read = text, read
        self._pieces = iter([piece for piece in pieces(text) if piece.end > start])
        self._phrases: list[Phrase] = []
        self._readings: list[_Reading] = []
        self.notes: tuple[str, ...] = ()

    def phrase(self, number: int, speaker: str, now: int = -1) -> Phrase | None:
        """The phrase with this number, from 0 up, as ``speaker`` says it; None where there are not so many.

        A sentence of which a phrase up to number ``now`` is part stays as it was read, and so does one that
        another speaker says in more or fewer phrases.
        """
        while number >= len(self._phrases):
            piece = next(self._pieces, None)
            if piece is None:
                return None
            phrases = self._of(piece, speaker)
            self._readings.append(
                _Reading(piece, speaker, len(self._phrases), len(self._phrases) + len(phrases))
            )
            self._phrases += phrases
        if number < 0:
            return None
        place = next(n for n, one in enumerate(self._readings) if number < one.after)
        reading = self._readings[place]
        if reading.speaker != speaker and reading.first > now:
            phrases = self._of(reading.piece, speaker, self._phrases[reading.first].sentence)
            if len(phrases) == reading.after - reading.first:
                self._phrases[reading.first : reading.after] = phrases
                self._readings[place] = replace(reading, speaker=speaker)
        return self._phrases[number]

    def neighbours(self, number: int) -> tuple[Phrase | None, Phrase | None]:
        """What is said before and after a phrase that there is, in its sentence."""
        return neighbours(self._phrases, number)

    def _of(self, piece: Piece, speaker: str, sentence: int | None = None) -> list[Phrase]:
        """The phrases of a piece; ``sentence`` is the number of its first, by default the next one."""
        script = self._read(self._text[piece.start : piece.end], speaker)
        self.notes += tuple(note for note in script.notes if note not in self.notes)
        if sentence is None:
            sentence = self._phrases[-1].sentence + 1 if self._phrases else 0
        found = [phrase for phrase in script.phrases if phrase.phones]
        first = found[0].sentence if found else 0
        return [
            replace(
                phrase,
                words=tuple(
                    replace(word, start=word.start + piece.start, end=word.end + piece.start)
                    for word in phrase.words
                ),
                sentence=phrase.sentence - first + sentence,
            )
            for phrase in found
        ]
