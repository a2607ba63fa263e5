"""The thread on which texts are read and their phrases made, aside from all that must not wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

log = logging.getLogger(__name__)
Job = Callable[[], object]


class Narrator:
    """Does one job after another on a thread that begins with the first."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def post(self, job: Job) -> None:
        """Have something done; nothing is after ``close``. Any thread."""
        with self._lock:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="narrator", daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """Return once the job at hand is done; what waits is not. Can be called twice."""
        with self._lock:
            self._closed, thread = True, self._thread
        self._jobs.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._closed:
            try:
                job()
            except Exception:
                log.exception("narrating")
