"""From units to phrases: sentences, cut where there is punctuation, and where there is none for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.speech.script import Phrase, Word
from engine.speech.text.pronounce import Speller
from engine.speech.text.to_say import Unit

MOST_WORDS = 12
LONGEST = 120
"""Words of a sentence that are looked at together."""
OPENERS = frozenset(
    "and but or nor so because although though while when where which who that if unless until before after "
    "since than as with without into from for to in on at by of about between through during".split()
)
"""Words that a speaker may take breath before."""
BREATHING = frozenset({"and", "but"})
"""Words that the voices of the corpus mostly take breath before, where BEFORE words or more precede them
without a break and AFTER or more follow, the word itself among them."""
BEFORE, AFTER = 5, 4
COUNTING = frozenset({"hundred", "thousand", "million", "billion"})
"""Words after which a number goes on with and."""
TIED = OPENERS | frozenset(
    "the a an my your his her its our their this these very i he she it we they you".split()
)
"""Words that are said in one breath with the next."""


def phrases_of(units: Iterable[Unit], speller: Speller) -> Iterator[Phrase]:
    """Phrases in order, each as soon as its sentence has been read.

    ``pause_s`` of a phrase is the sum of the pauses that the text gives after it.
    """
    number = 0
    for sentence, ended in sentences(units):
        words: list[Word] = []
        spelled: list[str] = []
        breaks: list[Unit] = []
        for unit, word in zip(sentence, speller.words(sentence), strict=True):
            if not unit.is_word:
                breaks.append(unit)
            elif word is not None:
                if breaks and words:
                    yield from _cut(words, spelled, number, breaks)
                    words, spelled = [], []
                breaks = []
                words.append(word)
                spelled.append(unit.spelled.lower())
        if words:
            yield from _cut(words, spelled, number, breaks)
        number += ended


def sentences(units: Iterable[Unit]) -> Iterator[tuple[list[Unit], bool]]:
    """Units from one sentence's end to the next, those with words, and whether the sentence ends there.

    One that has not ended after LONGEST words is told in parts.
    """
    sentence: list[Unit] = []
    words, ended = 0, False
    for unit in units:
        if unit.is_word and (ended or words == LONGEST):
            if words:
                yield sentence, ended
            sentence, words, ended = [], 0, False
        sentence.append(unit)
        words += unit.is_word
        ended = ended or unit.ends_sentence
    if words:
        yield sentence, True


def _cut(words: list[Word], spelled: list[str], sentence: int, breaks: Sequence[Unit]) -> Iterator[Phrase]:
    """A run of words without punctuation, as phrases of at most MOST_WORDS, breath taken where it is due."""
    stop = strongest([unit.stop for unit in breaks if unit.stop])
    pauses = [unit.pause_s for unit in breaks if unit.pause_s is not None]
    while at := _breath(words, spelled) or (_best_cut(spelled) if len(words) > MOST_WORDS else 0):
        yield Phrase(tuple(words[:at]), sentence, breath=_breath(words, spelled) == at)
        words, spelled = words[at:], spelled[at:]
    yield Phrase(tuple(words), sentence, stop, sum(pauses) if pauses else None)


def strongest(stops: Sequence[str]) -> str:
    """Of several stops in a row, the one that is heard."""
    return min(stops, key="?!.…;:—,".index) if stops else ""


def _breath(words: Sequence[Word], spelled: Sequence[str]) -> int:
    """Before which word a breath is taken first, but within no number; 0 for none in the first MOST_WORDS."""
    last = min(MOST_WORDS, len(spelled) - AFTER)
    for at in range(BEFORE, last + 1):
        within = words[at].start == words[at - 1].start or spelled[at - 1] in COUNTING
        if spelled[at] in BREATHING and not within:
            return at
    return 0


def _best_cut(spelled: Sequence[str]) -> int:
    """Where to cut more than MOST_WORDS words: before a word of OPENERS, near the middle of what is left."""
    ideal = len(spelled) / -(-len(spelled) // MOST_WORDS)

    def cost(at: int) -> float:
        opens = 0.0 if spelled[at] in OPENERS else 3.0
        return abs(at - ideal) + opens + (6.0 if spelled[at - 1] in TIED else 0.0)

    return min(range(3, min(MOST_WORDS, len(spelled) - 3) + 1), key=cost)
