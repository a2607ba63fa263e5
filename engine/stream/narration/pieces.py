"""A text cut into sentences, each to be read on its own, so that a long one need not be read to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 600
"""Characters after which a piece without an end is cut between two words."""
ENDING = re.compile(r"[.?!…]+[\"'”’)\]]*(?=\s)|\n\s*\n")
"""What a sentence ends with, or a paragraph."""
ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Mt|Prof|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Sr|Jr|Inc|Ltd|Co|No|Nos|Fig|vs|cf|al|approx|"
    r"dept|est|Ave|Blvd|Rd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Za-z]|\b[a-z]\.[a-z])\.$",
)
"""After these a full stop ends nothing."""
OPEN_OR_CLOSED = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>|[{}]|\[[^\[\]\n]{0,40}\]")


class Piece(NamedTuple):
    """Characters ``start`` … ``end`` - 1 of a text."""

    start: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """The sentences of ``text``, without gaps; none is cut within markup that goes over several."""
    start = looked = depth = 0
    for match in ENDING.finditer(text):
        end = match.end()
        depth += _depth(text[looked:end])
        looked = end
        if depth > 0 or (text[end - 1] == "." and ABBREVIATED.search(text, start, end)):
            continue
        following = re.compile(r"\s*").match(text, end)
        end = following.end() if following else end
        if text[end : end + 1].islower() or not text[start:end].strip():
            continue
        yield from _short(text, start, end)
        start = end
    if text[start:].strip():
        whole = depth + _depth(text[looked:]) == 0 and depth == 0
        yield from _short(text, start, len(text)) if whole else (Piece(start, len(text)),)


def _depth(text: str) -> int:
    """How many tags and braces are opened that are not closed again."""
    depth = 0
    for match in OPEN_OR_CLOSED.finditer(text):
        closing, name, alone = match.groups()
        if name:
            depth += 0 if alone else -1 if closing else 1
        else:
            depth += {"{": 1, "}": -1}.get(match.group(), 0)
    return depth


def _short(text: str, start: int, end: int) -> Iterator[Piece]:
    """The same, cut between words where it is too long and without markup."""
    while end - start > LONGEST and not OPEN_OR_CLOSED.search(text, start, end):
        space = max(text.rfind(mark, start, start + LONGEST) for mark in (" ", "\n", "\t"))
        if space <= start:
            break
        yield Piece(start, space + 1)
        start = space + 1
    yield Piece(start, end)
