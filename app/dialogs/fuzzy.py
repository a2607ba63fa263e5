"""How well typed letters fit a name: all of them must come in it, in their order, word by word."""

from __future__ import annotations

START, WORD, INSIDE, SCATTERED = 0, 1, 2, 3


def fit(query: str, text: str) -> float | None:
    """0 for the best fit, more for a worse one; None where a word of ``query`` does not come in ``text``.

    The best is the beginning of the text, then of a word, then inside one, then letters scattered over it,
    the closer together the better.
    """
    text = text.casefold()
    fits = [_fit(word, text) for word in query.casefold().split()]
    found = [value for value in fits if value is not None]
    return sum(found) if len(found) == len(fits) else None


def _fit(word: str, text: str) -> float | None:
    place = text.find(word)
    if place == 0:
        return START
    if f" {word}" in text:
        return WORD
    if place > 0:
        return INSIDE
    at = first = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first < 0 else first
    return SCATTERED + (at - first) / max(1, len(text))
