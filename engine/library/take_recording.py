"""One take on its way to the disk, while it is made and when it ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from engine.errors import StudioError, reason
from engine.library.spoken_texts import said_in_all
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_journal import MOST_CODES, JournalWriter, Record, read_journal
from engine.library.takes import Take
from engine.wavenet.codes import Codes

Rest = Callable[[int, int], Record]
"""Given the first sample and the number of events to keep, what has to follow on them."""


class Writer(Protocol):
    """What a recording needs of a ``take_writer.TakeWriter``."""

    folder: TakeFolder
    ended: Callable[[Take], object]
    reported: Callable[[str], object]

    def post(self, job: Callable[[], object]) -> None:
        """Have something quick done on the writer's thread."""

    def complete(self, take: StoredTake) -> None:
        """Have the sound of a take written."""

    def follow(self, recording: Recording, on: bool) -> None:
        """Whether the disk is asked now and then to have what ``recording`` wrote."""


class Recording:
    """A take that is being made: ``put`` and ``finish`` are for who makes it, and never wait for the disk.

    Where the disk refuses, what it has stays; the rest comes at the end, from the memory of whoever makes it.
    """

    def __init__(self, writer: Writer, take: Take) -> None:
        self.saved = 0
        """So many samples are in the journal; any thread may read it."""
        self._writer, self._take = writer, take
        self._journal: JournalWriter | None = None
        self._refused = ""
        """Why the journal does not go on, if it does not."""
        self._start = self._keep = 0
        """From where on it does not; as in ``Record``."""

    def put(self, record: Record) -> None:
        """Go on with the take."""
        self._writer.post(lambda: self._write(record))

    def finish(self, rest: Rest) -> None:
        """The take has ended; the writer is told once it lies on the disk.

        ``rest`` is called on the writer's thread where the disk refused something before.
        """
        self._writer.post(lambda: self._finish(rest))

    def codes(self, n: int) -> Codes:
        """The first ``n`` samples, which are ``saved``: for a thread that can wait. Raises StudioError."""
        folder = self._writer.folder
        path = folder.journal_of(self._take.id)
        try:
            journal = read_journal(path)
            codes = journal.codes() if journal else np.empty(0, self._take.codes.dtype)
        except (OSError, StudioError) as error:
            if path.exists():
                why = reason(error) if isinstance(error, OSError) else str(error)
                raise StudioError(f"what was played before cannot be read back: {why}") from None
            codes = folder.read(self._take.id).codes  # it has ended meanwhile
        if len(codes) < n:
            raise StudioError(f"{path}: damaged; what was played before cannot be read back")
        return codes[:n]

    # On the writer's thread.

    def begin(self) -> None:
        """Begin the journal."""
        try:
            self._journal, name = self._writer.folder.begin(self._take)
        except (OSError, StudioError) as error:
            self._refuse(error, 0, 0)
        else:
            self._take = dataclasses.replace(self._take, name=name)
            self._writer.follow(self, on=True)

    def sync(self) -> None:
        """Have on the disk what was written."""
        if self._journal is not None:
            try:
                self._journal.sync()
            except OSError as error:
                self._refuse(error, self._start, self._keep)

    def _write(self, record: Record) -> None:
        if self._journal is None:
            self._start, self._keep = min(self._start, record.start), min(self._keep, record.keep)
            return
        try:
            for piece in _pieces(record):
                self._journal.write(piece)
                self._start, self._keep = piece.start + len(piece.codes), piece.keep + len(piece.events)
        except OSError as error:
            self._refuse(error, min(self._start, record.start), min(self._keep, record.keep))
        else:
            self.saved = self._start

    def _refuse(self, error: OSError | StudioError, start: int, keep: int) -> None:
        self._refused = reason(error) if isinstance(error, OSError) else str(error)
        self._start, self._keep = start, keep
        self.close()
        self._writer.reported(
            f"“{self._take.name}” is no longer saved while it plays: {self._refused}. "
            "Make room on the disk, then stop: what is missing is saved then"
        )

    def close(self) -> None:
        """Write no more of it."""
        journal, self._journal = self._journal, None
        self._writer.follow(self, on=False)
        if journal is not None:
            journal.close()

    def _finish(self, rest: Rest) -> None:
        folder = self._writer.folder
        self.close()
        last = rest(self._start, self._keep) if self._refused else None
        try:
            if last is not None:
                self._catch_up(last)
            take = folder.finish(self._take.id)
        except (OSError, StudioError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            self._writer.reported(
                f"“{self._take.name}” is not saved: {why}. "
                "It is here until the program ends: make room on the disk, and export it"
            )
            in_memory = self._from_memory(last)
            if in_memory is not None:
                self._writer.ended(in_memory)
            return
        if take is not None:
            self._writer.ended(take)
            self._writer.complete(take)

    def _catch_up(self, last: Record) -> None:
        path = self._writer.folder.journal_of(self._take.id)
        if path.exists():
            journal = JournalWriter(path, self._take.codes.dtype)
        else:
            journal, name = self._writer.folder.begin(self._take)
            self._take = dataclasses.replace(self._take, name=name)
        try:
            for piece in _pieces(last):
                journal.write(piece)
        finally:
            journal.close()

    def _from_memory(self, last: Record | None) -> Take | None:
        """The take, of what the journal holds and what came after."""
        path = self._writer.folder.journal_of(self._take.id)
        try:
            journal = read_journal(path) if path.exists() else None
            codes = journal.codes() if journal else np.empty(0, self._take.codes.dtype)
        except (OSError, StudioError):
            journal, codes = None, np.empty(0, self._take.codes.dtype)
        events = journal.events if journal else ()
        if last is not None:
            codes = np.concatenate([codes[: last.start], last.codes])
            events = (*events[: last.keep], *last.events)
        take = dataclasses.replace(self._take, codes=codes, events=events)
        sayings = (*(journal.sayings if journal else ()), *(last.sayings if last else ()))
        if take.speech is not None and sayings:
            recording, speech = said_in_all(sayings, take.speech, take.sample_rate)
            take = dataclasses.replace(take, recording=recording, speech=speech)
        return take if len(codes) else None


def _pieces(record: Record) -> Iterator[Record]:
    """The same in records that a journal takes."""
    start, codes, keep, events, sayings = record
    yield Record(start, codes[:MOST_CODES], keep, events, sayings)
    for first in range(MOST_CODES, len(codes), MOST_CODES):
        yield Record(start + first, codes[first : first + MOST_CODES], keep + len(events), ())
