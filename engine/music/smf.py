"""The bytes of a Standard MIDI File as events; what is damaged is left out, and said.

Chunks of unknown types are passed over, as the standard (RP-001) asks. Where an event cannot be read, the
track goes on at the next place from which it can.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.music.smf_events import (
    END,
    META,
    REALTIME,
    SYSEX,
    TEMPO,
    DamagedError,
    goes_on,
    has_status,
    read_event,
    usual,
)

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x8, 0x9, 0xB, 0xC
"""Kinds of events: the upper half of the status byte."""
TIME = 0x00
"""The same of what only takes time; TEMPO is that of a change of tempo (``first``: microseconds a beat)."""
MAX_REPAIRS = 32
"""In a file; what is damaged after so many is left out to the end of its track."""
MAX_CHECKS = 64
"""In a file; so many odd events are looked at more closely, others taken as they are."""

MAX_LINES = 4
"""About what is left out of a file."""


class Event(NamedTuple):
    """Something in a track."""

    tick: int
    """From the start of the track."""
    kind: int
    channel: int = 0
    first: int = 0
    second: int = 0


@dataclass
class Smf:
    """What a file holds."""

    type: int
    division: int
    """Ticks a beat; negative: minus the frames of film a second, times 256, plus ticks a frame."""
    tracks: list[list[Event]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What could not be read and where, one line each: the first MAX_LINES of them."""
    faults: int = 0
    """How many lines there would be."""
    repairs: int = 0
    """How often a track went on after damage."""
    checks: int = 0
    """How many odd events were looked at."""

    def leave_out(self, line: str) -> None:
        """Say what could not be read."""
        self.faults += 1
        if len(self.left_out) < MAX_LINES:
            self.left_out.append(line)


def parse(data: bytes) -> Smf:
    """The events of all tracks. Raises DamagedError where the head of the file cannot be read."""
    if len(data) < 14:
        raise DamagedError("it ends too early")
    length, kind, count, division = struct.unpack(">IHHh", data[4:14])
    smf = Smf(kind, division)
    at = 8 + length
    if length < 6 or not _begins_chunk(data, at):
        at = data.find(b"MTrk", 14)
        if at != 14:
            smf.leave_out("what follows the head is no chunk; left out up to the first track")
    while 0 <= at < len(data):
        at = _chunk(data, at, smf)
    if len(smf.tracks) != count:
        smf.leave_out(f"tracks: the head says {count}, the file has {len(smf.tracks)}")
    return smf


def _begins_chunk(data: bytes, at: int) -> bool:
    """Whether a chunk may begin there, or the file ends."""
    return at == len(data) or (at + 8 <= len(data) and all(0x20 <= byte < 0x7F for byte in data[at : at + 4]))


def _chunk(data: bytes, at: int, smf: Smf) -> int:
    """Read the chunk at ``at``; the place of the next one, -1 for none."""
    start = at + 8
    end = start + int.from_bytes(data[at + 4 : start], "big")
    if data[at : at + 4] != b"MTrk" or start > len(data):
        if start <= end <= len(data) and _begins_chunk(data, at):
            return end  # of a type that is not known
        after = data.find(b"MTrk", at + 1)
        until = len(data) if after < 0 else after
        smf.leave_out(f"{until - at} bytes from byte {at} on are no chunk; left out")
        return after
    number = len(smf.tracks) + 1
    whole = end <= len(data) and (data[end - 3 : end] == bytes([META, END, 0]) or _begins_chunk(data, end))
    if not whole:
        after = data.find(b"MTrk", start)
        said, end = end - start, len(data) if after < 0 else after
        smf.leave_out(f"track {number} at byte {at} says {said} bytes and has {end - start}")
    smf.tracks.append(_Track(data, start, end, number, smf).read())
    return end


class _Track:
    """Reads the events between two places; what is damaged is left out, and said."""

    def __init__(self, data: bytes, start: int, end: int, number: int, smf: Smf) -> None:
        self._data, self._at, self._end, self._smf = data, start, end, smf
        self._name = f"track {number}"
        self._events: list[Event] = []
        self._tick = 0
        self._running = 0
        """Status of the last event of a channel, 0 for none."""
        self._cancelled = False
        """Whether a system message has come since, after which a status byte is due."""

    def read(self) -> list[Event]:
        """All events, and the time that passes after the last of them."""
        while self._at < self._end:
            try:
                delta, status, first, second, after = self._next()
            except DamagedError as damage:
                self._go_on(damage)
                continue
            self._tick += delta
            if status < SYSEX:
                self._of_channel(status, first, second)
            elif status == META:
                after = self._of_file(first, second, after)
            elif status < REALTIME:
                self._cancelled = True
            self._at = after
        if self._tick or self._events:
            self._events.append(Event(self._tick, TIME))
        return self._events

    def _next(self) -> tuple[int, int, int, int, int]:
        """What ``read_event`` gives. Raises DamagedError also where it gives nonsense."""
        event = read_event(self._data, self._at, self._end, self._running)
        delta, status, first, second, after = event
        odd = status >= SYSEX or first > 127 or second > 127
        if not odd or self._smf.checks >= MAX_CHECKS:
            return event
        if usual(self._data[self._at : after], status, first, second):
            return event
        self._smf.checks += 1
        place = goes_on(self._data, self._at + 1, self._end, self._running, after=after)
        if place not in (None, after):
            raise DamagedError(f"no sense in the event at byte {self._at}", delta=delta, at=self._at + 1)
        return event

    def _go_on(self, damage: DamagedError) -> None:
        """Go to the next place from which the track can be read; to its end where there is none."""
        self._tick += damage.delta
        self._smf.repairs += 1
        place = None
        if self._smf.repairs <= MAX_REPAIRS:
            place = goes_on(self._data, damage.at, self._end, self._running, near=damage.near)
        end_of = ", to the end of the track" if place is None else ""
        place = self._end if place is None else place
        self._leave_out(f"{damage}; {place - self._at} bytes from byte {self._at} on left out{end_of}")
        self._at = place

    def _of_channel(self, status: int, first: int, second: int) -> None:
        """Take a note, a program or the like."""
        if self._cancelled and not has_status(self._data, self._at):
            self._leave_out(
                f"no status byte after the system message before byte {self._at}; "
                f"{status:02X} taken, the one before it"
            )
        if first > 127 or second > 127:
            self._leave_out(f"data over 127 in the event at byte {self._at}; taken as 127")
        self._cancelled, self._running = False, status
        self._events.append(Event(self._tick, status >> 4, status & 0xF, min(first, 127), min(second, 127)))

    def _of_file(self, kind: int, value: int, after: int) -> int:
        """Take a meta event; where the track goes on, which is its end after the event that says so."""
        if kind == TEMPO:
            self._events.append(Event(self._tick, TEMPO, 0, value))
        if kind != END:
            return after
        if after < self._end:
            self._leave_out(f"{self._end - after} bytes after its end at byte {after}; left out")
        return self._end

    def _leave_out(self, line: str) -> None:
        self._smf.leave_out(f"{self._name}: {line}")
