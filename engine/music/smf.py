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
    smf.tracks.append(_track(data, start, end, number, smf))
    return end


def _track(data: bytes, at: int, end: int, number: int, smf: Smf) -> list[Event]:
    """The events between two places."""
    events: list[Event] = []
    tick = running = 0
    cancelled = False
    while at < end:
        try:
            delta, status, first, second, after = read_event(data, at, end, running)
            odd = status >= SYSEX or first > 127 or second > 127
            if odd and smf.checks < MAX_CHECKS and not usual(data[at:after], status, first, second):
                smf.checks += 1
                if goes_on(data, at + 1, end, running, after=after) not in (None, after):
                    raise DamagedError(f"no sense in the event at byte {at}", delta=delta, at=at + 1)
        except DamagedError as damage:
            tick += damage.delta
            smf.repairs += 1
            position = None
            if smf.repairs <= MAX_REPAIRS:
                position = goes_on(data, damage.at, end, running, near=damage.near)
            lost = f"{(end if position is None else position) - at} bytes from byte {at} on left out"
            end_of = ", to the end of the track" if position is None else ""
            smf.leave_out(f"track {number}: {damage}; {lost}{end_of}")
            if position is None:
                break
            at = position
            continue
        tick += delta
        if status < SYSEX:
            if cancelled and not has_status(data, at):
                smf.leave_out(
                    f"track {number}: no status byte after the system message before byte {at}; "
                    f"{status:02X} taken, the one before it"
                )
            if first > 127 or second > 127:
                smf.leave_out(f"track {number}: data over 127 in the event at byte {at}; taken as 127")
            cancelled, running = False, status
            events.append(Event(tick, status >> 4, status & 0xF, min(first, 127), min(second, 127)))
        elif status == META and first == TEMPO:
            events.append(Event(tick, TEMPO, 0, second))
        elif status == META and first == END:
            if after < end:
                smf.leave_out(f"track {number}: {end - after} bytes after its end at byte {after}; left out")
            break
        elif status != META and status < REALTIME:
            cancelled = True
        at = after
    if tick or events:
        events.append(Event(tick, TIME))
    return events
