"""The pronunciation of 380,000 American and British words, as one compressed file for each accent.

Why this and not the package hibari-tts, which reads text well and has the same words: it would bring
onnxruntime (18 MB) for one small net, takes 0.5 s to load, does not say which letters a sound comes from, and
is wrong about ranges, "£3.2bn" and accents. Its words are misaki's (Apache-2.0, assets/lexicon/README.md): we
keep those that no rule of ``endings`` gives, search them where they lie, and read numbers by our own rules.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from engine.speech.text.endings import derived

Accent = Literal["american", "british"]
Forms = Mapping[str, str]
"""The phones of a word by the part of speech: "" for any other, NOUN, VERB, ADJ, PAST (and participle)."""

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "lexicon"
MOST_BYTES = 16 << 20
DEPTH = 2
"""Endings and beginnings on one word: un-kind-ly."""


class Dictionary:
    """Words and their phones; see ``packed`` for how they lie in memory."""

    def __init__(self, packed: bytes, british: bool) -> None:
        letters, self._lines = packed.split(b"\n", 1)
        self._letters = {0x80 + index: letter for index, letter in enumerate(letters.decode("utf-8"))}
        self.british = british

    def forms(self, word: str) -> Forms | None:
        """The ways to say ``word``, spelled with capitals as in the text; None where it is unknown."""
        for spelled in dict.fromkeys((word, word.lower(), word.lower().capitalize())):
            line = self._line(spelled)
            if line is not None:
                return line
        phones = derived(word.lower(), lambda stem: self._derived(stem, 1), self.british)
        if phones is None and word[:1].isupper():
            phones = derived(word.lower(), self._name, self.british)
        return None if phones is None else {"": phones}

    def lists(self, word: str) -> bool:
        """Whether ``word`` is listed as it is spelled."""
        return self._line(word) is not None

    def _name(self, word: str) -> str | None:
        line = self._line(word.capitalize())
        return None if line is None else line[""]

    def _derived(self, word: str, depth: int) -> str | None:
        line = self._line(word)
        if line is not None:
            return line[""]
        if depth == DEPTH:
            return None
        return derived(word, lambda stem: self._derived(stem, depth + 1), self.british)

    def _line(self, word: str) -> Forms | None:
        """Found by bisection: lines are sorted by their bytes, and a tab is below all letters."""
        key = word.encode() + b"\t"
        low, high = 0, len(self._lines)
        while low < high:
            middle = self._lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._lines.find(b"\n", middle)
            line = self._lines[middle:end]
            if line.startswith(key):
                return self.read(line[len(key) :])
            if line < key:
                low = end + 1
            else:
                high = middle
        return None

    def rule(self, name: str) -> str | None:
        """The one sound of what is listed as ``name``; see ``letters``."""
        line = self._line(name)
        return None if line is None else line[""]

    def read(self, entry: bytes) -> Forms:
        """What stands after a line's tab."""
        phones, *others = entry.decode("latin-1").translate(self._letters).split(" ")
        return {"": phones, **dict(other.split("=") for other in others)}


@cache
def dictionary(accent: Accent) -> Dictionary:
    """That of an accent, read once: 20 ms and 3 MB."""
    return Dictionary(read_packed(accent), accent == "british")


def read_packed(name: str) -> bytes:
    """What ``packed`` made, of a file in FOLDER."""
    return zlib.decompressobj().decompress((FOLDER / f"{name}.bin").read_bytes(), MOST_BYTES)


def packed(words: Mapping[str, Forms]) -> bytes:
    """What ``Dictionary`` reads: the letters that are no ASCII, a line feed, then lines in order.

    A line is a word, a tab, its phones, and for each other form a space, part of speech, = and phones.
    A letter of the first line is the byte 0x80 + its index.
    """
    entries = {
        word: " ".join([forms[""], *(f"{part}={phones}" for part, phones in sorted(forms.items()) if part)])
        for word, forms in words.items()
    }
    letters = sorted({letter for entry in entries.values() for letter in entry if not letter.isascii()})
    codes = {ord(letter): 0x80 + index for index, letter in enumerate(letters)}
    lines = [
        f"{word}\t".encode() + entry.translate(codes).encode("latin-1") + b"\n"
        for word, entry in entries.items()
    ]
    return "".join(letters).encode() + b"\n" + b"".join(sorted(lines))
