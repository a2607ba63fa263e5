"""Letters to sounds: how a word that no list has is said, by how its letters are said in those lists.

What a letter stands for is looked up by the letters around it: as many of them as a rule is known for, the
nearest first (Daelemans and van den Bosch, 1996: language-independent and data-oriented grapheme-to-phoneme
conversion). The rules lie as the words of a ``Dictionary`` do.
"""

from __future__ import annotations

from functools import cache

from engine.speech.script import VOWELS
from engine.speech.text.dictionary import Accent, Dictionary, read_packed

ALPHABET = "abcdefghijklmnopqrstuvwxyz'"
EDGE = "_"
"""Stands beyond the word's ends."""
ORDER = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
"""Where the letters of a rule lie, seen from the one that it is about."""
SILENT = "-"
LONGEST = 60
"""Letters of a word; what comes after them is left out."""
WEAK = "əᵊᵻɐ"
"""Vowels that bear no stress where there is another."""


class LetterRules:
    """The rules of an accent."""

    def __init__(self, rules: Dictionary) -> None:
        self._rules = rules

    def say(self, word: str) -> str:
        """The phones of ``word``, with one primary stress; letters that are not in ALPHABET are skipped."""
        letters = "".join(letter for letter in word.lower() if letter in ALPHABET)[:LONGEST]
        said = "".join(self._sound(letters, at) for at in range(len(letters)))
        return one_primary(said)

    def _sound(self, letters: str, at: int) -> str:
        """What the letter at ``at`` stands for, which may be nothing."""
        around = context(letters, at)
        for length in range(len(around), 0, -1):
            forms = self._rules.rule(around[:length])
            if forms is not None:
                return "" if forms == SILENT else forms
        return ""


def context(letters: str, at: int) -> str:
    """The letter at ``at`` and those around it, in ORDER."""
    places = (at + step for step in ORDER)
    return "".join(letters[place] if 0 <= place < len(letters) else EDGE for place in places)


def one_primary(said: str) -> str:
    """Phones with one primary stress: the last of several, else the first secondary or the first vowel."""
    at = said.rfind("ˈ")
    if at < 0:
        at = said.find("ˌ")
        if at < 0:
            vowels = [index for index, phone in enumerate(said) if phone in VOWELS]
            full = [index for index in vowels if said[index] not in WEAK] or vowels
            return f"{said[: full[0]]}ˈ{said[full[0] :]}" if full else said
        return f"{said[:at]}ˈ{said[at + 1 :]}"
    return said[:at].replace("ˈ", "ˌ") + said[at:]


@cache
def letter_rules(accent: Accent) -> LetterRules:
    """Those that are shipped, read once."""
    return LetterRules(Dictionary(read_packed(f"{accent}-letters"), accent == "british"))
