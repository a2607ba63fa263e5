"""The single-producer single-consumer ring between the worker thread and the audio callback, both ends in C.

The callback (rtmixer's) never waits for Python. It drops the ring after reading it dry; this class notices.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, Protocol

from engine.stream.output.port import Port, Writer

STALL_S = 1.5
"""A device that takes nothing for so long has gone away."""
FIRST_STALL_S = 5.0
"""The same before its first sample: PulseAudio may first finish two seconds of silence."""


class Mixer(Protocol):
    """The part of ``rtmixer.Mixer`` that is used here."""

    @property
    def actions(self) -> Container[Any]:
        """What the callback still works on."""
        ...

    def play_ringbuffer(self, ringbuffer: Any) -> Any:
        """Have a ring drained from the next callback on."""
        ...


class Ring:
    """Has the callback drain a C ring, and notices when it no longer does."""

    def __init__(self, mixer: Mixer, buffer: Any, port: Port, now: Callable[[], float]) -> None:
        """``port`` is that of ``buffer``, which the mixer knows."""
        self._mixer = mixer
        self._buffer = buffer
        self.writer = Writer(port)
        self._now = now
        self._action: Any = None
        self._dropouts_before = 0
        self._moved_at = 0.0
        self._moved_to = -1

    @property
    def dropouts(self) -> int:
        """Times that the sound card itself ran dry while the ring was being drained."""
        current = self._action.stats.output_underflows if self._action is not None else 0
        return self._dropouts_before + int(current)

    @property
    def running(self) -> bool:
        """Whether the callback still drains the ring."""
        if self._action is None:
            return False
        taken = self.writer.taken
        if taken != self._moved_to and taken != self.writer.port.cursor[1]:
            self._moved_to, self._moved_at = taken, self._now()
            return True
        if self._action in self._mixer.actions:
            return True
        self._dropouts_before = self.dropouts
        self._action = None
        return False

    def start(self) -> None:
        """Have the callback drain the ring, if it does not already."""
        if not self.running:
            self._action = self._mixer.play_ringbuffer(self._buffer)
            self._moved_at, self._moved_to = self._now(), self.writer.taken

    def stalled(self) -> bool:
        """Whether nothing has been read for too long, although there is something to read."""
        if self._action is None or self.writer.taken != self._moved_to:
            return False
        patience = STALL_S if self.writer.taken else FIRST_STALL_S
        return self._now() - self._moved_at > patience and self.running
