"""The folder of all takes, shared safely by every window and command that is open.

Each program that uses it holds the lock of a file of its own in ``sessions/``. A journal whose program is
gone is put together to a take by whoever comes next. What is deleted is renamed to ``ID.deleted-SESSION``,
and goes when that session ends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import StudioError, reason
from engine.files.documents import parse_json
from engine.files.lock import one_at_a_time, try_lock
from engine.library.spoken_texts import said_in_all
from engine.library.take_files import (
    CODES,
    DOCUMENT,
    JOURNAL,
    SOUND,
    Document,
    StoredTake,
    read_document,
    stored,
    write_codes,
    write_document,
    write_sound,
)
from engine.library.take_index import Row, TakeIndex
from engine.library.take_journal import MOST_LINE, Journal, JournalWriter, read_journal
from engine.library.takes import Take

SESSIONS, LOCK = "sessions", "lock"
DELETED = ".deleted-"


class TakeFolder:
    """One program's hold on the folder. Any thread may use it; nothing is read or written before ``open``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session = uuid.uuid4().hex
        self.problems: list[str] = []
        """What could not be read or recovered, one line each, when it was looked at last."""
        self._index: TakeIndex | None = None
        self._alive: Any = None

    def open(self) -> None:
        """Make the folder where it is missing, and say that it is in use. Can be called twice.

        Raises StudioError where it cannot be made.
        """
        if self._alive is not None:
            return
        with self._refused():
            (self.path / SESSIONS).mkdir(parents=True, exist_ok=True)
            self._alive = try_lock(self._session_file(self.session))

    def close(self) -> None:
        """Let what was deleted go, and let go of the folder. Can be called twice."""
        if self._alive is None:
            return
        alive, self._alive = self._alive, None
        with contextlib.suppress(OSError):
            for folder in self.path.glob(f"*{DELETED}{self.session}"):
                shutil.rmtree(folder, ignore_errors=True)
            alive.close()
            self._session_file(self.session).unlink(missing_ok=True)

    def rows(self) -> list[Row]:
        """All finished takes, newest first. Raises StudioError."""
        with self._locked():
            return self._rows()

    def read(self, take_id: str) -> StoredTake:
        """A finished take. Raises StudioError where there is none, or it is damaged."""
        folder = self._of(take_id)
        return stored(folder, read_document(folder))

    def begin(self, take: Take) -> tuple[JournalWriter, str]:
        """The journal of a take that begins now, of whose ``codes`` only the type counts, and its name.

        Raises StudioError or OSError.
        """
        document = Document.of(_of_one_sample(take))
        with self._locked():
            names = self._names()
            name = free_name(take.preset.name, names)
            fields = {**document.to_json(), "name": name, "session": self.session}
            folder = self.path / take.id
            folder.mkdir()
            try:
                return JournalWriter(folder / JOURNAL, take.codes.dtype, fields), name
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def _names(self) -> set[str]:
        """Names that are taken. Those in the making first: a take that ends meanwhile is then in the rows."""
        making = set(self._names_in_the_making())
        return making | {row.name for row in self._rows()}

    def finish(self, take_id: str, *, recovered: bool = False) -> StoredTake | None:
        """Put a take together from its journal, which then goes; None where it has no sample.

        Raises StudioError; the journal then stays.
        """
        folder = self._of(take_id)
        with self._refused():
            journal = read_journal(folder / JOURNAL)
            if journal is None or not journal.samples:
                shutil.rmtree(folder, ignore_errors=True)
                return None
            document = document_of(journal, recovered=recovered)
            write_codes(folder, journal.kind, journal.samples, journal.blocks())
            write_document(folder, document)
            (folder / JOURNAL).unlink(missing_ok=True)  # another program may have seen that it was done
        return stored(folder, document)

    def save(self, take: Take) -> None:
        """Write a take that is in memory, unless its journal is here. Raises StudioError."""
        folder = self._of(take.id)
        with self._locked(), self._refused():
            if (folder / JOURNAL).exists():
                return
            folder.mkdir(exist_ok=True)
            write_codes(folder, take.codes.dtype, take.length, [take.codes])
            write_document(folder, Document.of(take))

    def keep(self, take: Take) -> StoredTake:
        """Write a take that is in memory, under a free name: it as it lies there. Raises StudioError."""
        with self._locked():
            names = self._names()
        self.save(dataclasses.replace(take, name=free_name(take.preset.name, names)))
        return self.read(take.id)

    def complete(self, take: StoredTake, stopped: Callable[[], bool]) -> None:
        """Write the sound of a take for other programs, and its picture, unless it is ``stopped``.

        Raises StudioError.
        """
        peaks = write_sound(take, stopped)
        if peaks:
            self.change(take.id, peaks=peaks)

    def journal_of(self, take_id: str) -> Path:
        """The journal of a take that has not ended."""
        return self.path / take_id / JOURNAL

    def change(self, take_id: str, **fields: Any) -> StoredTake:
        """Let some fields of a take's ``Document`` be others. Raises StudioError."""
        folder = self._of(take_id)
        with self._locked():
            document = dataclasses.replace(read_document(folder), **fields)
            write_document(folder, document)
        return stored(folder, document)

    def delete(self, take_id: str) -> None:
        """Put a take where ``restore`` still finds it. Raises StudioError."""
        folder = self._of(take_id)
        with self._locked(), self._refused():
            folder.rename(folder.with_name(f"{take_id}{DELETED}{self.session}"))

    def restore(self, take_id: str) -> None:
        """Bring back what was deleted. Raises StudioError."""
        folder = self._of(take_id)
        with self._locked(), self._refused():
            folder.with_name(f"{take_id}{DELETED}{self.session}").rename(folder)

    def recover(self) -> list[StoredTake]:
        """Put together what programs that are gone left behind, and forget what they deleted.

        What cannot be is in ``problems``, and stays. Raises StudioError where the folder cannot be read.
        """
        found, problems = [], []
        with self._locked(), self._refused():
            for folder in sorted(self.path.iterdir()):
                _, _, session = folder.name.partition(DELETED)
                if session and not self._lives(session):
                    shutil.rmtree(folder, ignore_errors=True)
                elif not session and (folder / JOURNAL).is_file():
                    try:
                        take = self._recovered(folder)
                    except StudioError as error:
                        problems.append(str(error))
                        continue
                    found.extend([] if take is None else [take])
            for file in (self.path / SESSIONS).iterdir():
                if not self._lives(file.stem):
                    file.unlink(missing_ok=True)
            self._rows()
        self.problems += problems
        return found

    def without_sound(self, rows: Iterable[Row]) -> list[str]:
        """Ids of the takes that no other program can play yet."""
        return [row.id for row in rows if not (self.path / row.id / SOUND).is_file()]

    def _recovered(self, folder: Path) -> StoredTake | None:
        if (folder / DOCUMENT).is_file() and (folder / CODES).is_file():
            (folder / JOURNAL).unlink(missing_ok=True)  # all but this was done
            return None
        session = _head(folder / JOURNAL).get("session", "")
        if isinstance(session, str) and session and self._lives(session):
            return None
        return self.finish(folder.name, recovered=True)

    def _lives(self, session: str) -> bool:
        """Whether the program of this session still runs."""
        file = self._session_file(session)
        if not session.isalnum() or not file.exists():
            return False
        handle = try_lock(file)
        if handle is None:
            return True
        handle.close()
        return False

    def _names_in_the_making(self) -> Iterator[str]:
        for journal in self.path.glob(f"*/{JOURNAL}"):
            yield str(_head(journal).get("name", ""))

    def _rows(self) -> list[Row]:
        self._index = self._index or TakeIndex(self.path)
        rows = self._index.rows()
        self.problems = list(self._index.problems)
        return rows

    def _session_file(self, session: str) -> Path:
        return self.path / SESSIONS / f"{session}.lock"

    def _of(self, take_id: str) -> Path:
        if not take_id.isalnum():
            raise StudioError(f"take {take_id!r}: no id of a take; ./studio takes lists them")
        return self.path / take_id

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.open()
        with self._refused(), one_at_a_time(self.path / LOCK, lambda: None):
            yield

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = error.filename or self.path
            raise StudioError(f"{place}: cannot be used for takes: {reason(error)}") from None


def document_of(journal: Journal, *, recovered: bool) -> Document:
    """What a journal says of its take. Raises StudioError where its head makes no sense."""
    fields = {name: value for name, value in journal.head.items() if name != "session"}
    settings = fields.get("settings")
    events = [{"sample": e.sample, "parameter": e.parameter, "value": e.value} for e in journal.events]
    if isinstance(settings, dict):
        fields["settings"] = {**settings, "samples": journal.samples, "events": events}
    try:
        document = Document.from_json({**fields, "codes": journal.kind.name, "recovered": recovered})
        speech = document.settings.speech
        if speech is None or not journal.sayings:
            return document
        recording, speech = said_in_all(journal.sayings, speech, document.settings.sample_rate)
        settings = dataclasses.replace(document.settings, recording=recording, speech=speech)
        return dataclasses.replace(document, settings=settings)
    except ValueError as error:
        raise StudioError(f"{journal.path}: not the journal of a take: {reason(error)}") from None


def _of_one_sample(take: Take) -> Take:
    """Settings are of a take that has samples; how many is known in the end."""
    return dataclasses.replace(take, codes=np.zeros(1, take.codes.dtype))


def _head(journal: Path) -> dict[str, Any]:
    """What a journal begins with; nothing where it cannot be read."""
    try:
        with journal.open("rb") as file:
            fields = parse_json(file.readline(MOST_LINE)[9:])
        return dict(fields["head"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def free_name(preset: str, names: set[str]) -> str:
    """A preset's name with the first number that gives none of ``names``."""
    number = 1
    while f"{preset} {number}" in names:
        number += 1
    return f"{preset} {number}"
