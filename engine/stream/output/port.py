"""The producer's end of a ring of frames: written in order, and written over as long as nobody took them.

The ring is PortAudio's (``PaUtilRingBuffer``), as arrays over its memory. What is taken back stays where it
is until something else is written there: a producer that is late leaves no gap.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.machine import routine


class Port(NamedTuple):
    """A ring as compiled code knows it; counts are frames since it was made."""

    indices: NDArray[Any]
    """[6]: size, write index, read index, 2 size - 1, size - 1, bytes of a frame."""
    data: NDArray[np.float32]
    """[size · channels]."""
    channels: int
    cursor: NDArray[np.int64]
    """[2]: where the next sample goes, and how far the ring was ever written."""
    looks: NDArray[np.int64]
    """[4]: what was taken at the last look, the most from one look to the next in this second and in the one
    before, and when this second began."""
    begun: NDArray[np.float64]
    """[1]: when frame 0 would have been taken, in seconds; NaN while nothing is."""
    timed: bool
    """Whether time takes the frames, and no other thread."""
    rate: float
    """Hz."""


def make_port(indices: NDArray[Any], data: NDArray[np.float32], rate: float, *, timed: bool) -> Port:
    """The port of an empty ring."""
    return Port(
        indices,
        data,
        len(data) // int(indices[0]),
        np.zeros(2, np.int64),
        np.zeros(4, np.int64),
        np.full(1, np.nan),
        timed,
        float(rate),
    )


def own_ring(rate: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The arrays of a ring that holds a second, for which there is no sound card."""
    size = frames(rate)
    return np.array([size, 0, 0, 2 * size - 1, size - 1, 4], np.int64), np.zeros(size, np.float32)


def frames(rate: int) -> int:
    """Frames of a ring that holds a second: a power of two."""
    return 1 << (rate - 1).bit_length()


class Writer:
    """Writes to a port."""

    def __init__(self, port: Port) -> None:
        self.port = port

    @property
    def taken(self) -> int:
        """Frames that were read."""
        port = self.port
        write, read = int(port.indices[1]), int(port.indices[2])
        return int(port.cursor[1]) - ((write - read) & int(port.indices[3]))

    @property
    def fill(self) -> int:
        """Frames written and not yet read."""
        return max(0, int(self.port.cursor[0]) - self.taken)

    @property
    def burst(self) -> int:
        """The most frames that were read from one look to the next in the last second or two."""
        return int(self.port.looks[1:3].max())

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append [n] mono frames. Raises ValueError where they do not fit."""
        if self.fill + len(samples) > self.port.rate:
            raise ValueError("more than a second written ahead")
        samples = np.ascontiguousarray(samples, np.float32)
        routine("live.ports", "put", self.port, samples)()

    def take_back(self, n: int) -> None:
        """Let the next samples go in place of the last ``n``, which must not have been read."""
        self.port.cursor[0] -= n

    def blank(self) -> None:
        """Let what was taken back, and not written over, be silence."""
        if self.port.cursor[0] < self.port.cursor[1]:
            routine("live.ports", "blank", self.port)()
