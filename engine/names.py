"""Helping along where a name is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from engine.errors import shortened

LISTED = 160
"""Letters of the names that are listed where none is near."""


def suggest(name: str, known: Iterable[str], elsewhere: str = "") -> str:
    """The end of an error message: the nearest of the ``known`` names, or else all of them.

    Where those are too many, ``elsewhere``, which says how to see them; without it the first ones.
    """
    names = [shortened(each) for each in sorted(known)]
    close = difflib.get_close_matches(name[:LISTED], names, n=3)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    if not names:
        return "there are none at all"
    listed = ", ".join(names)
    if len(listed) <= LISTED:
        return f"there are {listed}"
    if elsewhere:
        return elsewhere
    first = listed[:LISTED].split(", ")[:-1]
    return f"there are {', '.join(first)} and {len(names) - len(first)} more"
