"""Where a thread stands that does not answer in time, told by another thread."""

from __future__ import annotations

import sys
import threading
import time
from types import FrameType

LOOK_S = 0.01
CALLS = 6
"""The innermost calls that are told."""


class Lookout:
    """Watches the thread that made it, which touches it whenever it answers, until ``stop``.

    faulthandler would see more, but looks without being let to, and crashes now and then.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._last, self._where = time.monotonic(), ""
        self._watched, self._stopped = threading.get_ident(), threading.Event()
        self._thread = threading.Thread(target=self._look, name="lookout")
        self._thread.start()

    def touch(self) -> str:
        """Where it stood if that is longer ago than allowed; empty where not, or where nobody could look."""
        where, self._where = self._where, ""
        self._last = time.monotonic()
        return where

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_S):
            if time.monotonic() - self._last > self._longest_s and not self._where:
                self._where = _calls(sys._current_frames().get(self._watched))


def _calls(frame: FrameType | None) -> str:
    """A line a call, the innermost first: no source is read, which would stay in memory."""
    lines = []
    while frame is not None and len(lines) < CALLS:
        lines.append(f"  {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}\n")
        frame = frame.f_back
    return "".join(lines)
