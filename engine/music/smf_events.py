"""One event of a Standard MIDI File at a time, and where a track goes on after one that is damaged."""

from __future__ import annotations

import math

SYSEX, REALTIME, META = 0xF0, 0xF8, 0xFF
"""Status bytes: from the first on they are of no channel; from the second on of no effect on what follows."""
TEMPO, END = 0x51, 0x2F
"""Types of meta events."""

_ESCAPE = 0xF7
_SYSTEM = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}  # bytes of data
_NEAR, _FAR, _AHEAD = 4, 128, 384
"""Bytes after damage: where a track may go on first of all, at all, and up to where that is tried."""
_TEXTS = range(0x01, 0x10)
_META_LENGTHS = {0x00: 2, 0x20: 1, 0x21: 1, END: 0, TEMPO: 3, 0x54: 5, 0x58: 4, 0x59: 2}


class DamagedError(Exception):
    """Bytes that are no event, or no file; its text says why and where."""

    def __init__(self, reason: str, *, delta: int = 0, at: int = 0, near: bool = False) -> None:
        super().__init__(reason)
        self.delta = delta
        """Ticks before what is damaged."""
        self.at = at
        """The first byte from which the track might go on."""
        self.near = near
        """It is only a few bytes long."""


def has_status(data: bytes, at: int) -> bool:
    """Whether the event at ``at`` has a status byte of its own."""
    while data[at] & 0x80:
        at += 1
    return data[at + 1] >= 0x80


def read_event(data: bytes, start: int, end: int, running: int) -> tuple[int, int, int, int, int]:
    """The event at ``start``: ticks before it, its status, two figures, and where the next one begins.

    The figures of a meta event are its type and, of a tempo, its value. ``running`` is the status of the
    last event of a channel, 0 for none. Raises DamagedError where it is none.
    """
    delta, at = data[start], start + 1
    if delta >= 0x80:
        delta, at = _number(data, start, end, start)
    if at >= end:
        raise DamagedError(f"the event at byte {start} is cut off", delta=delta, at=start + 1)
    status = data[at]
    if status >= 0x80:
        at += 1
    elif running:
        status = running
    else:
        raise DamagedError(f"no status byte before the data at byte {at}", delta=delta, at=at + 1)
    first = second = 0
    if status < SYSEX:
        length = 1 if status >> 4 in (0xC, 0xD) else 2
    elif status in (SYSEX, _ESCAPE):
        length, at = _number(data, at, end, start)
    elif status == META:
        first = data[at] if at < end else 0
        length, at = _number(data, at + 1, end, start)
    elif status in _SYSTEM:
        length = _SYSTEM[status]
    else:
        raise DamagedError(
            f"undefined status byte {status:02X} at byte {at - 1}", delta=delta, at=at, near=True
        )
    after = at + length
    if after > end:
        raise DamagedError(f"the event at byte {start} is cut off", delta=delta, at=start + 1)
    if status < SYSEX:
        first, second = data[at], data[at + 1] if length == 2 else 0
    elif status == META and first == TEMPO:
        if length < 3:
            raise DamagedError(f"a tempo of {length} bytes at byte {start}", delta=delta, at=after, near=True)
        second = int.from_bytes(data[at : at + 3], "big")
    elif status == META and first == END and length:
        raise DamagedError(f"an end with {length} bytes in it at byte {start}", delta=delta, at=start + 1)
    return delta, status, first, second, after


def _number(data: bytes, at: int, end: int, event: int) -> tuple[int, int]:
    """The number of at most four bytes of seven bits at ``at``, in ``event``, and where it ends."""
    value = 0
    for position in range(at, min(at + 4, end)):
        value = value << 7 | data[position] & 0x7F
        if data[position] < 0x80:
            return value, position + 1
    reason = "is cut off" if end < at + 4 else "has a number of more than 4 bytes"
    raise DamagedError(f"the event at byte {event} {reason}", at=event + 1)


def goes_on(
    data: bytes, start: int, end: int, running: int, *, near: bool = False, after: int | None = None
) -> int | None:
    """Where a track can be read again when it cannot before ``start``; None for nowhere.

    Of all places in reach, ``near`` or far, the one from which most bytes can be read with the fewest
    oddities. ``after`` is the end of an event that is odd but may be taken as it is.
    """
    until = min(end, start + _AHEAD)
    worths: dict[int, float] = {}
    if after is not None:
        there = min(end, after + _AHEAD)
        lost = there - _worth(data, after, end, running, there, sure=True)
        if lost <= 3.0:
            return after
        worths[after] = until - start - lost
    closed = data.find(bytes([_ESCAPE]), start, end) + 1  # of what a device alone understands
    far = [*range(start, min(start + _FAR, end)), *([closed] if closed else [])]
    for positions in (far[:_NEAR], far) if near else (far,):
        for position in positions:
            worths.setdefault(position, _worth(data, position, end, running, until) - position)
        best = max(worths, key=lambda position: worths[position], default=end)
        if worths.get(best, -math.inf) > -math.inf:
            return best
    return None


def _worth(data: bytes, position: int, end: int, running: int, until: int, *, sure: bool = False) -> float:
    """How far a track can be read from ``position``, at most ``until``, less what is odd.

    -inf where it is not ``sure`` that there are events and no status byte shows it.
    """
    at, read, stated, odd = position, 0, 0, 0.0
    while at < until:
        try:
            delta, status, first, second, after = read_event(data, at, end, running)
        except DamagedError:
            break
        own = has_status(data, at)
        if status < SYSEX:
            running = status
        if not usual(data[at:after], status, first, second):
            break
        odd += (0.0 if own else 1.5) + (3.0 if data[at] >= SYSEX else 0.5 * (data[at] >= 0x80))
        odd += 10.0 * (delta >= 1 << 16)
        read, stated, at = read + 1, stated + own, after
        if status == META and first == END:
            break
    if not sure and (
        not stated or (at != end and read < 2)
    ):  # a text that is cut off looks like running status
        return -math.inf
    return (until if at == end else min(at, until)) - odd


def usual(event: bytes, status: int, first: int, second: int) -> bool:
    """Whether an event that ``read_event`` has read looks like one of those that files have."""
    if status < SYSEX:
        return first < 128 and second < 128
    if status == META:
        at = event.index(bytes([META, first])) + 2
        return first in _TEXTS or first == 0x7F or event[at] == _META_LENGTHS.get(first)
    return status != SYSEX or event[-1] == _ESCAPE
