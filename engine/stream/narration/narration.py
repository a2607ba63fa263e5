"""One text that is being said: phrases are made a few seconds ahead, and anew where the manner changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from engine.errors import StudioError
from engine.library.spoken_texts import SpokenText
from engine.speech.features import FRAME_RATE
from engine.speech.spoken import Manner, Spoken
from engine.stream.narration.edits import Edit, Setting, SpeechModel
from engine.stream.narration.narrator import Job
from engine.stream.narration.reader import PhraseReader, ReadAs
from engine.stream.narration.timeline import NOTHING, Timeline
from engine.stream.one_thread import one_thread

AHEAD_S = 5.0
"""Seconds that are made beyond what is generated."""
SOON_S = 1.0
"""With less than this, what comes next is made before anything is made anew."""
FIRST_S = 30.0
"""Longest wait for the first phrase."""


class Made(NamedTuple):
    """A phrase as it is to be said, by its number."""

    number: int
    spoken: Spoken


class Narration:
    """Steered from any thread; made on the narrator's; taken by the stream's."""

    def __init__(
        self,
        text: SpokenText,
        read: ReadAs,
        nets: Callable[[], SpeechModel],
        post: Callable[[Job], None],
    ) -> None:
        """``nets`` gives the nets, on the narrator's thread; ``post`` has a job done there."""
        self.text = text
        self.timeline: Timeline = NOTHING
        """When what is said; the stream replaces it."""
        self.free_from = 0
        """The first frame that can still be another; the stream moves it on."""
        self._nets, self._post = nets, post
        self._reader = PhraseReader(text.text, read, text.start)
        self._lock = threading.Condition()
        self._manner, self._version = text.manner, 0
        self._edits: dict[int, Edit] = {}
        self._stale: set[int] = set()
        """Numbers of phrases that were made and have to be made anew."""
        self._fresh: list[Made] = []
        self._next = self._now = 0
        self._ahead_s = 0.0
        self._sounds = False
        self._posted = False
        self._in_all: int | None = None
        self._failure = ""

    # Any thread.

    @property
    def manner(self) -> Manner:
        """How what comes next is said."""
        return self._manner

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be said so far, a line each."""
        return self._reader.notes

    @property
    def failure(self) -> str:
        """Why no more of it is said; empty while it is."""
        return self._failure

    def change(self, manner: Manner) -> None:
        """Say what was not generated yet in another manner."""
        with self._lock:
            if manner == self._manner:
                return
            self._manner = manner
            self._stale.update(range(self._now, self._next))
            self._wake()

    def edit(self, number: int) -> Edit:
        """What was bent by hand in a phrase."""
        with self._lock:
            return self._edits.get(number, Edit())

    def bend(self, number: int, edit: Edit) -> None:
        """Bend a phrase by hand; one that was generated stays as it was."""
        with self._lock:
            self._edits[number] = edit
            if self._now <= number < self._next:
                self._stale.add(number)
            self._wake()

    def begin(self) -> None:
        """Have the first phrase made, so that it is there when the stream is."""
        with self._lock:
            self._wake()

    # The stream's thread, and before it begins the loader's.

    def first(self) -> list[Made]:
        """Wait for the first phrase. Raises StudioError where there is none, or it cannot be made."""
        self.begin()
        with self._lock:
            self._lock.wait_for(lambda: self._fresh or self._failure or self._in_all == 0, FIRST_S)
            if not self._fresh:
                why = self._failure or "; ".join(self.notes)
                raise StudioError(why or "there is nothing in the text that can be said; type some words")
        return self.collect()

    def collect(self) -> list[Made]:
        """What was made since the last call, in that order."""
        if not self._fresh:
            return []
        with self._lock:
            fresh, self._fresh = self._fresh, []
        return fresh

    def progress(self, now: int, ahead_s: float) -> None:
        """The phrase that can still be changed first, and how many seconds are there beyond the stream.

        Before the first call no more is made than the stream needs to begin: nothing keeps that waiting.
        """
        if self._sounds and now == self._now and abs(ahead_s - self._ahead_s) < 0.1:
            return
        with self._lock:
            self._now, self._ahead_s, self._sounds = now, ahead_s, True
            self._stale = {number for number in self._stale if number >= now}
            self._wake()

    @property
    def in_all(self) -> int | None:
        """How many phrases there are, once that is known."""
        return self._in_all

    # The narrator's thread.

    def _wake(self) -> None:
        if not self._posted and self._wanted() is not None:
            self._posted = True
            self._post(self._work)

    def _wanted(self) -> int | None:
        """The number of the phrase that is to be made now."""
        more = self._in_all is None and not self._failure
        if more and self._ahead_s < SOON_S:
            return self._next
        if self._stale:
            return min(self._stale)
        return self._next if more and self._sounds and self._ahead_s < AHEAD_S else None

    def _work(self) -> None:
        """Make one phrase, and have the next one made."""
        with self._lock:
            number, manner = self._wanted(), self._manner
            edit = self._edits.get(number) if number is not None else None
            if number is not None:
                self._stale.discard(number)
        spoken, failure = None, ""
        if number is not None:
            try:
                spoken = self._made(number, manner, edit)
            except StudioError as error:
                failure = str(error)
            except Exception as error:  # noqa: BLE001 - whoever waits must be told
                failure = f"the text cannot be said: {type(error).__name__}: {error}"
        with self._lock:
            self._posted = False
            if spoken is not None and number is not None:
                self._fresh.append(Made(number, spoken))
                if number == self._next:
                    self._next += 1
                    self._ahead_s += len(spoken.frames) / FRAME_RATE
                    if manner is not self._manner or edit is not self._edits.get(number):
                        self._stale.add(number)
            elif failure:
                self._failure = failure
                self._in_all = self._next
            elif number is not None:
                self._in_all = self._next
            self._lock.notify_all()
            self._wake()

    def _made(self, number: int, manner: Manner, edit: Edit | None) -> Spoken | None:
        """A phrase as it is said; None where there are not so many."""
        reader = self._reader
        phrase = reader.phrase(number, manner.leading, self._now)
        if phrase is None:
            return None
        nets = self._nets()
        setting = Setting(manner, *reader.neighbours(number))
        with one_thread():
            spoken = nets.say(phrase, *setting)
            return edit.applied(spoken, nets, setting) if edit else spoken
