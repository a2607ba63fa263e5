"""Tooltips as a few short lines: Qt shows plain text as one, however wide that is."""

from __future__ import annotations

import textwrap

WIDEST = 64
"""Characters of a line."""


def wrapped(tip: str) -> str:
    """The same words; lines that there are stay lines."""
    return "\n".join(textwrap.fill(line, WIDEST, break_long_words=False) for line in tip.split("\n"))
