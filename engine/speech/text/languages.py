"""Whether a text looks English: by the small words that each language is full of."""

from __future__ import annotations

import re
from collections.abc import Iterator

WORDS = {
    "German": "der die das und ist nicht ein eine ich zu den mit sich auf dem es für von wir sie auch wie",
    "French": "le la les et est pas un une je de des du que qui dans pour vous nous sur avec ne ce il elle",
    "Spanish": "el la los las y es no un una que de en por para con se su al lo como más pero yo",
    "Italian": "il la gli e è non un una che di in per con si del della sono ma come più lo io",
    "Portuguese": "o a os as e é não um uma que de em por para com se do da no na mais eu",
    "Dutch": "de het een en is niet van ik te dat die op voor met zijn er maar om ook wij",
}
ENGLISH = frozenset(
    "the and is are was not a an i you he she it we they of to in on for with that this have has had be "
    "but at by from "
    "as or do will would can all there what so if my your his her no one up out me".split()
)
LEAST = 5
"""Foreign words that are needed before anything is said of them."""


def other_language(text: str) -> Iterator[str]:
    """A note where the words of ``text`` are those of another language rather than English."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in ENGLISH for word in words)
    counts = {name: sum(word in own for word in words) for name, own in _sets().items()}
    name = max(counts, key=lambda language: counts[language])
    if counts[name] >= LEAST and counts[name] > 2 * english:
        yield f"this looks {name}; only English is read, so it is said as if it were"


def _sets() -> dict[str, frozenset[str]]:
    return {name: frozenset(own.split()) for name, own in WORDS.items()}
