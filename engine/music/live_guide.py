"""Notes that are played while a stream runs, as a guide track: tones from the sample of the key on.

The same tones as those of a score (``music.guide``), but for two things: nobody knows of a note before it
begins, so the model hears itself less only from there on; and a while after the last note has ended the model
is left to itself, or to its score. Takes are made again from their keys: whoever changes a figure here raises
the kernels' VERSION with it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.music.guide import DUCKED, FEEDBACK_GAIN, LOUDNESS, RELEASE_S, tone
from engine.music.keyboard import MOST_SOUNDING, SHORTEST_S, Keyboard, KeyChange, PlayedNote
from engine.music.roll import frequency
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.conditions import Feedback, FeedbackTrack

DUCK_S = 0.02
"""Seconds from the beginning of a note on in which the model hardly hears itself."""
ALONE_S = 1.0
"""Seconds after the last note until the model is left to itself."""

_PAGE_S = 0.05
_MOST_PAGES = 8
_MOST_TONES = 256
_FADED = 8.0
"""Time constants after which nothing is left that 16 bits could tell."""


class _Span(NamedTuple):
    """Samples in which the notes lead."""

    start: int
    end: int | None


class LiveGuide:
    """The guide track of what is played live, beside that of a score if there is one.

    Samples before a change stay what they are: a stream that has read as far as it, but no further, draws
    what it would have drawn had it known of the change from the start.
    """

    def __init__(
        self,
        sample_rate: int,
        gain: float = FEEDBACK_GAIN,
        score: FeedbackTrack | None = None,
        first: int = 0,
    ) -> None:
        """``gain`` 0…1: the share of itself that the model hears while notes lead it.

        ``first``: the sample of the stream at which its take begins: keys are counted from there.
        """
        self.keyboard = Keyboard(sample_rate)
        """What was played, counted from the take's first sample."""
        self.latest = 0
        """The take's sample at which something was played last."""
        self._rate, self._gain, self._score, self._first = sample_rate, gain, score, first
        self._size = round(_PAGE_S * sample_rate)
        self._spans: list[_Span] = []
        self._pages: dict[int, NDArray[np.int32]] = {}
        self._tones: dict[tuple[PlayedNote, int], NDArray[np.float64]] = {}

    @property
    def rests_from(self) -> int | None:
        """See ``FeedbackTrack``: where the score comes to rest, so do the notes."""
        return self._score.rests_from if self._score else None

    def turns(self, first: int, after: int) -> list[int]:
        """See ``FeedbackTrack``."""
        found = set(self._score.turns(first, after)) if self._score else set()
        for span in reversed(self._spans):
            if span.end is not None and span.end + self._first < first:
                break
            ends = [span.start, *([] if span.end is None else [span.end])]
            found |= {end + self._first for end in ends if first <= end + self._first < after}
        return sorted(found)

    def play(self, sample: int, change: KeyChange) -> None:
        """A key or the pedal moves at the take's ``sample``. Raises ValueError before ``latest``."""
        if sample < self.latest:
            raise ValueError(f"a key at sample {sample}, before the last one at {self.latest}")
        self.latest = sample
        was_silent = self.keyboard.silent
        self.keyboard.play(sample, change)
        if was_silent and not self.keyboard.silent:
            self._begin(sample)
        elif not was_silent and self.keyboard.silent:
            last = max(note.end or 0 for note in self.keyboard.ended[-MOST_SOUNDING:])
            self._spans[-1] = self._spans[-1]._replace(end=last + round(ALONE_S * self._rate))
        self._forget(sample)

    def snapshot(self) -> Any:
        """For ``restore``."""
        return self.keyboard.snapshot(), self.latest, len(self._spans), self._spans[-1:]

    def restore(self, snapshot: Any) -> None:
        """Let what was played since not have been played; once for each snapshot."""
        keys, latest, spans, last = snapshot
        self._forget(latest)
        self.keyboard.restore(keys)
        self.latest = latest
        self._spans[max(0, spans - 1) :] = last

    def samples(self, start: int, n: int) -> Feedback | None:
        """See ``FeedbackTrack``; it must not turn on the way."""
        below = self._score.samples(start, n) if self._score else None
        first = start - self._first
        if not self._leads(first):
            return below
        pages = range(first // self._size, (first + n - 1) // self._size + 1)
        together = np.concatenate([self._page(page) for page in pages], axis=1)
        begin = first - pages[0] * self._size
        gain, offset = together[:, begin : begin + n]
        if below is None:
            return Feedback(gain, offset)
        return Feedback(np.minimum(gain, below.gain), offset + below.offset)

    def _leads(self, sample: int) -> bool:
        for span in reversed(self._spans):
            if span.start <= sample:
                return span.end is None or sample < span.end
        return False

    def _begin(self, sample: int) -> None:
        """Notes lead from ``sample`` on, if they did not still."""
        last = self._spans[-1] if self._spans else None
        if last is not None and (last.end is None or sample <= last.end):
            self._spans[-1] = last._replace(end=None)
        else:
            self._spans.append(_Span(sample, None))

    def _forget(self, sample: int) -> None:
        """Have the pages made anew from ``sample`` on."""
        self._pages = {page: rows for page, rows in self._pages.items() if (page + 1) * self._size <= sample}

    def _page(self, page: int) -> NDArray[np.int32]:
        """[2, page size] of gain and offset: always the same pages, however a stream is cut."""
        if page not in self._pages:
            while len(self._pages) >= _MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[page] = self._make_page(page * self._size)
        return self._pages[page]

    def _make_page(self, first: int) -> NDArray[np.int32]:
        samples = np.arange(first, first + self._size)
        gain, offset = np.full(len(samples), self._gain), np.zeros(len(samples))
        ducked = round(DUCK_S * self._rate)
        for note in self._audible(first):
            gain[(samples >= note.start) & (samples < note.start + ducked)] = self._gain * DUCKED
            offset += self._tone(note, samples)
        rows: NDArray[np.int32] = np.rint(np.stack([gain, LOUDNESS * offset]) * FULL_SCALE).astype(np.int32)
        return rows

    def _tone(self, note: PlayedNote, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """That of one note on a page; remembered, so that a new key has no others made again."""
        key = note, int(samples[0])
        if key not in self._tones:
            while len(self._tones) >= _MOST_TONES:
                del self._tones[next(iter(self._tones))]
            length = np.inf if note.end is None else (note.end - note.start) / self._rate
            age = (samples - note.start) / self._rate
            self._tones[key] = note.velocity / 127.0 * tone(age, length, frequency(note.pitch), self._rate)
        return self._tones[key]

    def _audible(self, first: int) -> list[PlayedNote]:
        """The notes that bear on the page from sample ``first`` on, always in the same order."""
        found = [note for note in self.keyboard.sounding if note.start < first + self._size]
        faded = first - round(_FADED * RELEASE_S * self._rate)
        unordered = round(SHORTEST_S * self._rate)
        for note in reversed(self.keyboard.ended):
            end = note.end or 0
            if end < faded - unordered:
                break
            if end >= faded and note.start < first + self._size:
                found.append(note)
        return sorted(found, key=lambda note: note[:3])
