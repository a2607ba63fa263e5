"""When what is said: words and phones by frame, of a stream that says a text or of a take that did."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.speech.features import CHANNELS, Floats
from engine.speech.script import Phrase
from engine.speech.spoken import Spoken

if TYPE_CHECKING:
    from engine.library.spoken_texts import SaidWord


class Place(NamedTuple):
    """Where a word stands in what is made."""

    phrase: int
    phone: int
    """The number of its first phone in the phrase."""


class Segment(NamedTuple):
    """Frames of a phrase as they are said one after another; of a pause that was waited for, None."""

    number: int
    """Of the phrase; of a pause, of the phrase that comes after it."""
    spoken: Spoken | None
    start: int
    """The first frame in the stream."""
    first: int
    """The same in ``spoken``."""
    after: int
    """The frame after the last in ``spoken``."""

    @property
    def end(self) -> int:
        """The frame after the last in the stream."""
        return self.start + self.after - self.first

    def until(self, frame: int) -> Segment:
        """What comes of it before a frame of the stream."""
        return self._replace(after=self.first + frame - self.start)


@dataclass(frozen=True)
class Timeline:
    """``words`` in order of time; ``frames`` [F, CHANNELS], to read only."""

    words: tuple[SaidWord, ...] = ()
    places: tuple[Place, ...] = ()
    """Of the words, as long as a stream says them."""
    frames: Floats = field(default_factory=lambda: np.empty((0, CHANNELS), np.float32))
    text: str = ""
    """What the words are of."""

    def word_at(self, frame: int) -> SaidWord | None:
        """The word that is said, or was said last; None before the first."""
        number = bisect_right(self.words, frame, key=lambda word: word.first)
        return self.words[number - 1] if number else None

    def between(self, first: int, last: int) -> range:
        """Numbers of the words of which some of the frames ``first`` … ``last`` are part."""
        begin = bisect_right(self.words, first, key=lambda word: word.after)
        return range(begin, bisect_right(self.words, last, key=lambda word: word.first))


NOTHING = Timeline()


def words_of(segments: Sequence[Segment]) -> list[tuple[Place, SaidWord]]:
    """The words of segments that follow each other; one that goes on over a cut is one."""
    from engine.library.spoken_texts import said_words  # the plots are painted without it

    phrases: dict[int, Phrase] = {}
    spans: dict[int, dict[int, tuple[int, int]]] = {}
    for segment in segments:
        if segment.spoken is None:
            continue
        phrases[segment.number] = segment.spoken.phrase
        own = spans.setdefault(segment.number, {})
        for phone, (first, after) in _phones(segment, segment.spoken).items():
            own[phone] = min(first, own.get(phone, (first, 0))[0]), after
    return [
        (Place(number, phone), word)
        for number, phrase in phrases.items()
        for phone, word in said_words(phrase, spans[number])
    ]


def _phones(segment: Segment, spoken: Spoken) -> dict[int, tuple[int, int]]:
    """The first frame in the stream of each phone that is said in a segment, and the one after its last."""
    spans = {}
    for phone, (first, after) in enumerate(spoken.phones()):
        first, after = max(first, segment.first), min(after, segment.after)
        if first < after:
            spans[phone] = first - segment.first + segment.start, after - segment.first + segment.start
    return spans
