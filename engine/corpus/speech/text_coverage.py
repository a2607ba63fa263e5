"""Puts the sentences in an order that gives every speaker, in every split, the rare phones often enough.

In plain text `oy` and `zh` are in one sentence of 34 and of 60; a small corpus may lack them.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.corpus.format.reader import split_of
from engine.corpus.speech.text_filter import words_of
from engine.errors import StudioError

RARE_PHONES = ("zh", "oy")
"""Rarest first."""
EVERY = 10
"""Of so many sentences of a speaker's split, one is chosen for each rare phone, while there are such."""

LEXICON = Path("/usr/share/festival/dicts/cmu/cmudict-0.4.out")
"""Debian's festlex-cmu, the dictionary that Festival speaks by."""

_ENTRY = re.compile(r'\("([^"]+)" \S+ (\(.*\))\)')
_PHONE = re.compile(r"[a-z]+")


def words_by_rare_phone(lexicon: Path = LEXICON) -> dict[str, frozenset[str]]:
    """For each of ``RARE_PHONES`` the words, in lower case, that have it in all their pronunciations.

    Raises StudioError where the dictionary is not there or holds none.
    """
    try:
        text = lexicon.read_text("latin-1")
    except OSError as error:
        raise StudioError(
            f"{lexicon}: {error.strerror}; run: sudo apt-get install --reinstall festlex-cmu"
        ) from None
    found = parse_lexicon(text.splitlines())
    words = {
        phone: frozenset(word for word, phones in found.items() if phone in phones) for phone in RARE_PHONES
    }
    if not all(words.values()):
        raise StudioError(f"{lexicon} is damaged; run: sudo apt-get install --reinstall festlex-cmu")
    return words


def parse_lexicon(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """The phones that are in all pronunciations of a word, from Festival's compiled lexicon.

    A line is ``("word" part-of-speech (((phone …) stress) …))``; lines of another form are passed over.
    """
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        entry = _ENTRY.fullmatch(line.strip())
        if entry is not None:
            phones = frozenset(_PHONE.findall(entry[2]))
            found[entry[1]] = found.get(entry[1], phones) & phones
    return found


def arranged(texts: list[str], rare_words: Mapping[str, frozenset[str]], speakers: int) -> list[str]:
    """The same sentences in another order, for sentence j to be said by speaker ``j % speakers``.

    Within each split (``split_of``) of each speaker, one sentence of ``EVERY`` holds a word of each set of
    ``rare_words``, until those are used up; the speakers take turns in where it stands. Otherwise the
    order stays. A function of its arguments alone.
    """
    pools: dict[str | None, deque[str]] = {None: deque(), **{phone: deque() for phone in rare_words}}
    for text in texts:
        words = words_of(text)
        rare = (phone for phone, among in rare_words.items() if not among.isdisjoint(words))
        pools[next(rare, None)].append(text)
    counts: Counter[tuple[int, str]] = Counter()
    slots = {number * EVERY // len(rare_words): phone for number, phone in enumerate(rare_words)}
    order = []
    for place in range(len(texts)):
        index, speaker = divmod(place, speakers)
        split = split_of(index)
        phone = slots.get((counts[speaker, split] + 3 * speaker) % EVERY)  # 3 shares no factor with EVERY
        counts[speaker, split] += 1
        pool = next(pool for pool in (pools[phone], *pools.values()) if pool)
        order.append(pool.popleft())
    return order
