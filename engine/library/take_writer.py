"""The threads that write takes: while they are made, once they have ended, and what is changed about them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from engine.errors import StudioError
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_recording import Recording
from engine.library.takes import Take

SYNC_S = 1.0
"""Seconds between two times that the disk is asked to have all of it."""

log = logging.getLogger(__name__)
Job = Callable[[], object]


class TakeWriter:
    """Owns two threads, which begin with the first job: one that never works for long, and one for sounds.

    ``ended`` is given each take once it lies on the disk, ``reported`` one line for people where something
    went wrong; both are called on the writer's thread.
    """

    def __init__(
        self, folder: TakeFolder, ended: Callable[[Take], object], reported: Callable[[str], object]
    ) -> None:
        self.folder = folder
        self.ended, self.reported = ended, reported
        self._closing = threading.Event()
        self._open: set[Recording] = set()
        self._synced = 0.0
        self._jobs = _Thread("takes", self._sync)
        self._sounds = _Thread("takes' sounds", lambda: None)

    def record(self, take: Take) -> Recording:
        """A recording of a take that begins now, of whose ``codes`` only the type counts. Any thread."""
        recording = Recording(self, take)
        self.post(recording.begin)
        return recording

    def post(self, job: Job) -> None:
        """Have something quick done, after all that was asked for before. Any thread.

        A StudioError of it is reported.
        """
        self._jobs.post(lambda: self._guarded(job))

    def complete(self, take: StoredTake) -> None:
        """Have the sound of a take written for other programs, when there is time. Any thread."""
        self._sounds.post(lambda: self._guarded(lambda: self._complete(take)))

    def follow(self, recording: Recording, on: bool) -> None:
        """Whether the disk is asked now and then to have what ``recording`` wrote. The writer's thread."""
        (self._open.add if on else self._open.discard)(recording)

    def close(self) -> None:
        """Write what is left, and let go of the folder; sounds can wait for the next start.

        Can be called twice.
        """
        self._closing.set()
        self._jobs.close()
        self._sounds.close()
        for recording in list(self._open):  # whose stream never ended: the next start recovers them
            recording.close()
        self.folder.close()

    def _complete(self, take: StoredTake) -> None:
        if self._closing.is_set():
            return
        try:
            self.folder.complete(take, self._closing.is_set)
        except StudioError:
            if take.folder.is_dir():  # it was not deleted meanwhile
                raise

    def _guarded(self, job: Job) -> None:
        try:
            job()
        except StudioError as error:
            self.reported(str(error))
        except Exception:
            log.exception("writing takes")
            self.reported("A fault in the program while a take was written; it may not be saved")

    def _sync(self) -> None:
        now = time.monotonic()
        if now - self._synced >= SYNC_S and self._open:
            self._synced = now
            for recording in list(self._open):
                recording.sync()


class _Thread:
    """Does one job after another."""

    def __init__(self, name: str, between: Callable[[], None]) -> None:
        """``between`` is called after each job, and every now and then."""
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._between = between
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._began = self._closed = False

    def post(self, job: Job) -> None:
        """What comes after ``close`` is not done."""
        with self._lock:
            if self._closed:
                return
            self._queue.put(job)
            if not self._began:
                self._began = True
                self._thread.start()

    def close(self) -> None:
        """Return once all is done. Can be called twice."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        if self._began:
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                job = self._queue.get(timeout=SYNC_S)
            except Empty:
                self._between()
                continue
            if job is None:
                return
            job()
            self._between()
