"""The producer's end of an output's ring, compiled: see ``output.port``."""

from __future__ import annotations

from typing import Any

from engine.kernels.jit import njit_part
from engine.stream.live.arrays import EMPTY, IN_TIME, PASSED
from engine.stream.live.atomic import load, store

WRITE, READ, WHOLE, PLACE = 1, 2, 3, 4
"""Where in ``Port.indices`` the ends' indices are, and the masks of such an index and of a frame's place."""
WRITTEN, END = 0, 1
"""In ``Port.cursor``."""
SEEN, NOW, BEFORE, SINCE = 0, 1, 2, 3
"""In ``Port.looks``."""


@njit_part
def taken(port: Any) -> Any:
    """Frames that the consumer has read since the port was made."""
    write, read = int(load(port.indices, WRITE)), int(load(port.indices, READ))
    return port.cursor[END] - ((write - read) & int(port.indices[WHOLE]))


@njit_part
def pace(port: Any, seconds: Any) -> None:
    """At a port where time takes the frames: let it, until ``seconds``; it stops where there is none."""
    if not port.timed or port.begun[0] != port.begun[0]:
        return
    due = int((seconds - port.begun[0]) * port.rate)
    end = port.cursor[END]
    store(port.indices, READ, min(due, end) & int(port.indices[WHOLE]))
    if due > end:
        port.begun[0] = float("nan")


@njit_part
def look(port: Any, seconds: Any) -> Any:
    """``taken``, after ``pace``; remembers the most that was taken from one look to the next lately."""
    pace(port, seconds)
    found = taken(port)
    port.looks[NOW] = max(port.looks[NOW], found - port.looks[SEEN])
    port.looks[SEEN] = found
    if found - port.looks[SINCE] > port.rate:
        port.looks[BEFORE], port.looks[NOW], port.looks[SINCE] = port.looks[NOW], 0, found
    return found


@njit_part
def put(port: Any, samples: Any) -> Any:
    """Write [n] samples at the cursor, over what may lie there; where the consumer is if it passed that.

    Returns IN_TIME, EMPTY or PASSED.
    """
    found, at = taken(port), port.cursor[WRITTEN]
    state = PASSED if found > at else EMPTY if found == port.cursor[END] else IN_TIME
    at = max(at, found)
    mask, channels = int(port.indices[PLACE]), port.channels
    for i in range(len(samples)):
        frame = ((at + i) & mask) * channels
        for channel in range(channels):
            port.data[frame + channel] = samples[i]
    at += len(samples)
    port.cursor[WRITTEN] = at
    if at > port.cursor[END]:
        port.cursor[END] = at
        store(port.indices, WRITE, at & int(port.indices[WHOLE]))
    return state


@njit_part
def blank(port: Any) -> None:
    """Let what lies beyond the cursor be silence."""
    mask, channels = int(port.indices[PLACE]), port.channels
    for at in range(port.cursor[WRITTEN], port.cursor[END]):
        for channel in range(channels):
            port.data[(at & mask) * channels + channel] = 0.0
