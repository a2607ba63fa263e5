"""The single-producer single-consumer ring between the worker thread and the audio callback, both ends in C.

The callback (rtmixer's) never waits for Python. It drops the ring after reading it dry; this class notices.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

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
    """Counts what goes in and comes out of a C ring of ``channels`` equal channels."""

    def __init__(self, mixer: Mixer, buffer: Any, channels: int, now: Callable[[], float]) -> None:
        self._mixer = mixer
        self._buffer = buffer
        self._channels = channels
        self._now = now
        self._action: Any = None
        self._written = 0
        self._taken_before = 0
        self._dropouts_before = 0
        self._moved_at = 0.0
        self._moved_to = -1

    @property
    def taken(self) -> int:
        """Frames that the callback has read."""
        # done_frames is a field of a C struct: reading it costs no call that would give up the GIL.
        return self._taken_before + (self._action.done_frames if self._action is not None else 0)

    @property
    def fill(self) -> int:
        """Frames written and not yet read."""
        return self._written - self.taken

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
        taken = self.taken
        if taken != self._moved_to and taken != self._written:
            self._moved_to, self._moved_at = taken, self._now()
            return True
        if self._action in self._mixer.actions:
            return True
        self._taken_before, self._dropouts_before = self.taken, self.dropouts
        self._action = None
        return False

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append [n] mono frames. Raises ValueError where they do not fit."""
        frames = np.repeat(samples.astype(np.float32, copy=False), self._channels)
        if self._buffer.write(frames) != len(samples):
            raise ValueError("more than a second written ahead")
        self._written += len(samples)

    def start(self) -> None:
        """Have the callback drain the ring, if it does not already."""
        if not self.running:
            self._action = self._mixer.play_ringbuffer(self._buffer)
            self._moved_at, self._moved_to = self._now(), self.taken

    def stalled(self) -> bool:
        """Whether nothing has been read for too long, although there is something to read."""
        if self._action is None or self.taken != self._moved_to:
            return False
        patience = STALL_S if self.taken else FIRST_STALL_S
        return self._now() - self._moved_at > patience and self.running
