"""The user's own words: a text file with a word and its phones on each line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import StudioError
from engine.files.reading import read_text_file
from engine.speech.text.phones import phones_of

MOST_BYTES = 8 << 20
COMMENT = "#"


@dataclass(frozen=True)
class Lexicon:
    """Words and how they are said, before what the dictionary says of them."""

    words: Mapping[str, str] = field(default_factory=dict)

    def find(self, word: str) -> str | None:
        """The phones of ``word``: as it is written in the text, else in small letters."""
        return self.words.get(word) or self.words.get(word.lower())

    @staticmethod
    def parse(text: str, name: str = "lexicon") -> Lexicon:
        """A word, a space, its phones, a line each; # begins a comment. The last of two lines counts.

        Raises StudioError, naming the line, where one has no phones, or what is no phone.
        """
        words = {}
        for number, line in enumerate(text.split("\n"), start=1):
            content = unicodedata.normalize("NFC", line.split(COMMENT)[0].strip().lstrip("\ufeff"))
            if not content:
                continue
            word, _, phones = content.partition(" ")
            try:
                phones_of(phones)
            except ValueError as error:
                raise StudioError(
                    f"{name}, line {number}: {error}; write a word, a space, its phones"
                ) from error
            words[word.replace("’", "'")] = phones.replace(" ", "")
        return Lexicon(words)


NO_WORDS = Lexicon()


def read_lexicon(path: Path) -> Lexicon:
    """The user's file; an empty one where there is none. Raises StudioError where it cannot be read."""
    if not path.exists():
        return NO_WORDS
    try:
        return Lexicon.parse(read_text_file(path, MOST_BYTES), path.name)
    except (OSError, ValueError) as error:
        raise StudioError(f"{path}: {error}") from error
