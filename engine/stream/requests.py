"""Numbers what the user asks for: the latest request is the one that counts."""

from __future__ import annotations

from threading import Lock


class Requests:
    """The one owner of the request number, shared by the session (any thread) and its worker."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest = 0
        self._latest_plays = False
        self._executed = 0

    def issue(self, *, plays: bool) -> int:
        """The ``request_id`` of a new request, from 1 up; ``plays`` if it asks for a stream."""
        with self._lock:
            self._latest += 1
            self._latest_plays = plays
            return self._latest

    def execute(self, request_id: int) -> None:
        """Note that the worker has taken this request up."""
        self._executed = max(self._executed, request_id)

    def is_latest(self, request_id: int) -> bool:
        """Whether nothing was asked for since."""
        return request_id == self._latest

    @property
    def play_is_waiting(self) -> bool:
        """Whether the latest request asks for a stream, and the worker has not taken it up yet."""
        return self._latest_plays and self._executed < self._latest
