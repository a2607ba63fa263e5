"""``read_text``: a text as it is to be said; ``TextReader``: the same, phrase by phrase."""

from __future__ import annotations

from collections.abc import Iterator

from engine.speech.script import Phrase, Script
from engine.speech.text.dictionary import Accent, dictionary
from engine.speech.text.languages import other_language
from engine.speech.text.lexicon import NO_WORDS, Lexicon
from engine.speech.text.markup import Reader
from engine.speech.text.normalise import Normaliser
from engine.speech.text.phrases import phrases_of
from engine.speech.text.pronounce import Speller


class TextReader:
    """Reads a text of any length from its beginning on.

    ``lexicon``: the user's words. Any text can be read, one that has nothing to say as no phrases. Markup:
    ``{phones}``, ``[pause 0.5s]``, SSML's break, phoneme, sub, say-as, prosody, emphasis, p and s.
    """

    def __init__(self, text: str, accent: Accent = "american", lexicon: Lexicon | None = None) -> None:
        own = lexicon or NO_WORDS
        self._text = text
        self._normaliser = Normaliser(dictionary(accent), own)
        self._markup = Reader(text, self._normaliser)
        self._speller = Speller(dictionary(accent), own)

    def phrases(self) -> Iterator[Phrase]:
        """In order; to be gone through once."""
        yield from phrases_of(self._markup.units(), self._speller)

    def notes(self) -> tuple[str, ...]:
        """What was left out of what has been read so far, and why: a line each."""
        return (*self._markup.notes, *self._normaliser.notes(), *other_language(self._text))


def read_text(text: str, *, accent: Accent = "american", lexicon: Lexicon | None = None) -> Script:
    """Phrases of words of phones, each word with its place in ``text``, and notes; see ``TextReader``."""
    reader = TextReader(text, accent, lexicon)
    phrases = tuple(reader.phrases())
    return Script(text, phrases, reader.notes())
