"""What takes the sound away, and the one that needs no sound card: the stream runs on, unheard."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.stream.machine import routine
from engine.stream.output.port import Writer, make_port, own_ring


class Output(Protocol):
    """Where samples go. Only the worker thread touches it.

    ``start`` it once enough is written. When it runs dry it stops by itself and ``running`` turns
    False: an underrun, unless nothing more was to come.
    """

    text: str
    """What and where, for people."""
    rate: int
    """Hz of the samples it takes."""
    latency: float
    """Seconds from the ring to the ear."""
    writer: Writer
    """The end of its ring that is written to."""
    in_real_time: bool
    """Whether compiled code may write there, and let time go by, in the worker's place."""

    @property
    def fill(self) -> int:
        """Samples written and not yet taken."""
        ...

    @property
    def running(self) -> bool:
        """Whether samples are being taken."""
        ...

    @property
    def dropouts(self) -> int:
        """Gaps that came about behind the ring, since it was opened."""
        ...

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append [n] mono samples in ±1. A second's worth fits; the rest is refused by ValueError."""
        ...

    def start(self) -> None:
        """Have what is written taken, at the output's rate."""
        ...

    def stalled(self) -> bool:
        """Whether it takes nothing any more although it should."""
        ...

    def close(self) -> None:
        """Let go of the device. Can be called twice."""
        ...


class NullOutput:
    """Takes samples as fast as time goes by, and drops them."""

    latency = 0.0
    dropouts = 0

    def __init__(self, rate: int, reason: str, now: Callable[[], float] = time.monotonic) -> None:
        self.text = f"no device: {reason}"
        self.rate = rate
        self.writer = Writer(make_port(*own_ring(rate), rate, timed=True))
        self.in_real_time = now is time.monotonic
        self._now = now

    @property
    def fill(self) -> int:
        """See ``Output.fill``."""
        self._advance()
        return self.writer.fill

    @property
    def running(self) -> bool:
        """See ``Output.running``."""
        self._advance()
        return not np.isnan(self.writer.port.begun[0])

    def write(self, samples: NDArray[np.float32]) -> None:
        """See ``Output.write``."""
        self._advance()
        self.writer.write(samples)

    def start(self) -> None:
        """See ``Output.start``."""
        if not self.running:
            self.writer.port.begun[0] = self._now() - self.writer.taken / self.rate

    def stalled(self) -> bool:
        """Never: time always goes by."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""

    def _advance(self) -> None:
        port = self.writer.port
        if not np.isnan(port.begun[0]):
            routine("live.ports", "pace", port, self._now())()
