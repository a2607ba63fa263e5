"""Letters that know where they come from: a text with its signs made plain, and its offsets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "ʼ": "'", "`": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
        "‐": "-", "‑": "-", "−": "-", "⁄": "/", "…": "…",
        "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "th", "Ð": "Th", "þ": "th", "Þ": "Th", "ı": "i",
        "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\ufe0f": "",
    }
)  # fmt: skip
KEEP = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞²³…™℠℃℉№"
"""Signs that compatibility would take apart, and that are said as what they are."""


@dataclass(frozen=True)
class Source:
    """A text to be read, each of whose letters comes from a place in the original."""

    text: str
    starts: Sequence[int]
    """Of each letter, the first letter of the original that it stands for."""
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]``, which is not empty, lies in the original."""
        return self.starts[start], self.ends[end - 1]


def source(text: str, start: int = 0) -> Source:
    """``text``, which begins at ``start`` of the original: composed, quotes and dashes of one kind.

    Accents stay (they tell résumé from resume) and are dropped where a word is looked up.
    """
    if text.isascii():
        return Source(
            text.replace("`", "'"), range(start, start + len(text)), range(start + 1, start + len(text) + 1)
        )
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        after = at + 1
        while after < len(text) and unicodedata.combining(text[after]):
            after += 1
        cluster = text[at:after]
        plain = cluster if cluster.isascii() or cluster in KEEP else unicodedata.normalize("NFKC", cluster)
        plain = plain.translate(PLAIN)
        letters.append(plain)
        starts += [start + at] * len(plain)
        ends += [start + after] * len(plain)
        at = after
    return Source("".join(letters), starts, ends)


def unaccented(word: str) -> str:
    """déjà is deja."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
