"""E-mail addresses and addresses of the web, read sign by sign where they are no words."""

from __future__ import annotations

import re

from engine.speech.text.numbers import digits
from engine.speech.text.rules import Reading, Rule

ENDINGS = (
    "com org net edu gov mil int info biz io ai app dev co uk us ca au de fr eu ch at nl be se no dk fi it "
    "es pt pl ru "
    "cn jp kr in br nz ie tv me fm ly gg xyz online site tech"
).split()
SPOKEN_ENDINGS = frozenset("com org net gov mil info biz app dev online site tech".split())
SIGNS = {
    ".": "dot", "/": "slash", "-": "dash", "_": "underscore", "+": "plus", "@": "at", "?": "question mark",
    "=": "equals", "&": "and", "#": "hash", "%": "percent", "~": "tilde", ":": "colon", "*": "star",
}  # fmt: skip
PIECE = re.compile(r"[A-Za-z]+|\d+|.")
HOST = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:{'|'.join(ENDINGS)})(?![\w-])(?!\.\w)"


def address(match: re.Match[str], reading: Reading) -> list[str] | None:
    """https://example.com/a-b: example dot com slash A dash B."""
    text = re.sub(r"^(?:https?|ftp)://", "", match[0], flags=re.IGNORECASE).rstrip("/")
    words: list[str] = []
    for piece in PIECE.findall(text):
        words += said(piece, reading)
    return words


def said(piece: str, reading: Reading) -> list[str]:
    """Letters as a word where it can be said, else one by one; digits; signs by their names."""
    if piece.isdecimal():
        return reading.number(piece) if len(piece) < 5 and piece[0] != "0" else digits(piece)
    if not piece.isalpha():
        return SIGNS[piece].split() if piece in SIGNS else []
    lower = piece.lower()
    known = reading.knows(lower)
    if lower in SPOKEN_ENDINGS or (len(lower) > 2 and (known or sayable(lower))):
        return [lower]
    short = lower in ("a", "co") or (len(lower) == 2 and known and lower not in ENDINGS)
    return [lower] if short else [letters(lower)]


def sayable(word: str) -> bool:
    """Whether it has vowels where a mouth needs them."""
    return bool(re.search(r"[aeiouy]", word)) and not re.search(r"[^aeiouy]{4}", word) and len(word) > 3


def letters(text: str) -> str:
    """How ``Unit.spelled`` has what is told letter by letter."""
    return " ".join(text.upper())


RULES: tuple[Rule, ...] = (
    (re.compile(r"[A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9_])?@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"), address),
    (re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}']", re.IGNORECASE), address),
    (re.compile(HOST + r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'])?"), address),
)
