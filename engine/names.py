"""Helping along where a name is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggest(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the nearest of the ``known`` names, or else all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return "there are " + ", ".join(names) if names else "there are none at all"
