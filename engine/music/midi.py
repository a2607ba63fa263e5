"""Standard MIDI files read as notes: all that a score-conditioned model needs of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.errors import StudioError
from engine.music import smf
from engine.music.condition import MAX_NOTES, MAX_SECONDS
from engine.music.roll import FIELDS, Notes
from engine.music.smf_events import TEMPO, DamagedError

MAX_BYTES = 2 * 1024 * 1024
"""Of a file."""
SHORTEST_S = 0.01
"""Seconds that a note lasts at least: a frame of the roll."""
UNENDED_S = 0.5
"""The same where the file never ends the note."""

_DRUM_CHANNEL = 9
_DEFAULT_TEMPO = 500_000  # microseconds a beat
_VOLUME, _EXPRESSION, _PEDAL = 7, 11, 64
_ALL_SOUND_OFF, _RESET, _ALL_NOTES_OFF = 120, 121, 123


def read_midi(path: Path) -> tuple[Notes, list[str]]:
    """The notes of a MIDI file of type 0, 1 or 2, of all tracks: [n, FIELDS], n ≥ 1, see ``roll.Notes``.

    The tracks of type 2 follow each other. Channel 10 is drums. Volume and expression (controllers 7 and
    11) as they stand when a note starts scale its velocity; the sustain pedal lengthens notes; a key that is
    struck again ends its note before; a note that is never ended lasts until its track does. Of a damaged
    file these are the notes that can be read; the few lines beside them, which name the file, say what could
    not be read and where. Raises StudioError, naming the file, where it cannot be read, has no notes, or is
    longer than MAX_SECONDS or larger than MAX_BYTES or MAX_NOTES.
    """
    file = _open(path)
    sequences = [[track] for track in file.tracks] if file.type == 2 else [file.tracks]
    rows: list[tuple[float, ...]] = []
    start = 0.0
    for tracks in sequences:
        player = _Player(start, rows)
        for seconds, event in _timed(path, file.division, tracks):
            start = max(start, player.origin + seconds)
            if start > MAX_SECONDS:
                raise StudioError(f"{path}: longer than {MAX_SECONDS / 60:g} minutes; cut it")
            player.play_event(start, event)
            if len(rows) > MAX_NOTES:
                raise StudioError(f"{path}: more than {MAX_NOTES} notes; cut it")
        player.end(start)
    if not rows and file.left_out:
        raise StudioError(f"{path}: a damaged MIDI file: no notes; {file.left_out[0]}; choose another")
    if not rows:
        raise StudioError(f"{path}: a MIDI file without notes; choose another")
    notes = np.array(rows, dtype=np.float32).reshape(-1, FIELDS)
    return notes[np.lexsort((notes[:, 2], notes[:, 0]))], _doubts(path, file)


def _doubts(path: Path, file: smf.Smf) -> list[str]:
    doubts = [f"{path}: a damaged MIDI file: {line}" for line in file.left_out]
    if file.faults > len(doubts):
        doubts.append(f"{path}: and {file.faults - len(doubts)} more such places; get a better copy")
    return doubts


def _open(path: Path) -> smf.Smf:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise StudioError(
                f"{path}: {size / 2**20:.1f} MiB; a MIDI file of at most {MAX_BYTES / 2**20:g} MiB is read"
            )
        data = path.read_bytes()
    except OSError as error:
        raise StudioError(f"{path}: cannot read the MIDI file: {error.strerror or error}") from None
    if not data.startswith(b"MThd"):
        raise StudioError(f"{path}: not a MIDI file; a file that begins with MThd is needed")
    try:
        file = smf.parse(data)
    except DamagedError as error:
        raise StudioError(f"{path}: a damaged MIDI file: {error}; choose another") from None
    if file.type not in (0, 1, 2):
        raise StudioError(f"{path}: MIDI file of type {file.type}; there are types 0, 1 and 2")
    if not file.division:
        raise StudioError(f"{path}: a damaged MIDI file: 0 ticks a beat; choose another")
    return file


def _timed(path: Path, division: int, tracks: list[list[smf.Event]]) -> Iterator[tuple[float, smf.Event]]:
    """Events of tracks that play together, with their seconds from the start, in order."""
    events = [event for track in tracks for event in track]
    events.sort(key=lambda event: event.tick)  # stable: within a tick, as the file has them
    tempo, before, seconds = _DEFAULT_TEMPO, 0, 0.0
    for event in events:
        seconds += (event.tick - before) * _tick_s(division, tempo)
        before = event.tick
        if event.kind == TEMPO:
            tempo = event.first
            if not tempo:
                raise StudioError(f"{path}: a damaged MIDI file: a tempo of 0 at {seconds:.2f} s")
        yield seconds, event


def _tick_s(division: int, tempo: int) -> float:
    """Seconds of a tick. A negative division counts frames of film (SMPTE) instead of beats."""
    if division > 0:
        return tempo / 1e6 / division
    frames, ticks = -(division >> 8), division & 0xFF
    rate = 30.0 / 1.001 if frames == 29 else float(frames)
    return 1.0 / (rate * max(1, ticks))


@dataclass
class _Note:
    start: float
    velocity: float
    program: int
    ended: bool = False
    """The key is up; the pedal holds the note."""


@dataclass
class _Channel:
    program: int = 0
    volume: int = 100  # as General MIDI has it, and synthesisers do
    expression: int = 127
    pedal: bool = False
    notes: dict[int, _Note] = field(default_factory=dict)
    """What sounds, by pitch."""
    struck_again: dict[int, float] = field(default_factory=dict)
    """When a key was last struck while its note sounded, by pitch."""


class _Player:
    """Plays events in order, and writes each note down as a row once it has ended."""

    def __init__(self, origin: float, rows: list[tuple[float, ...]]) -> None:
        self.origin = origin
        self._rows = rows
        self._channels: defaultdict[int, _Channel] = defaultdict(_Channel)

    def play_event(self, now: float, event: smf.Event) -> None:
        """``event`` comes at ``now`` seconds, never before the one ahead of it."""
        if event.kind == smf.NOTE_ON and event.second:
            self._strike(now, event.channel, event.first, event.second)
        elif event.kind in (smf.NOTE_ON, smf.NOTE_OFF):
            self._release(now, event.channel, event.first)
        elif event.kind == smf.PROGRAM:
            self._channels[event.channel].program = event.first
        elif event.kind == smf.CONTROL:
            self._control(now, event.channel, event.first, event.second)

    def end(self, now: float) -> None:
        """Nothing follows: end all that still sounds."""
        for number, channel in sorted(self._channels.items()):
            for pitch, note in list(channel.notes.items()):
                self._write(now if note.ended else max(now, note.start + UNENDED_S), number, pitch)

    def _strike(self, now: float, number: int, pitch: int, velocity: int) -> None:
        channel = self._channels[number]
        if pitch in channel.notes:
            held = not channel.notes[pitch].ended
            self._write(now, number, pitch)
            if held:
                channel.struck_again[pitch] = now
        loud = velocity * channel.volume / 127.0 * channel.expression / 127.0
        channel.notes[pitch] = _Note(now, loud, channel.program)

    def _release(self, now: float, number: int, pitch: int) -> None:
        channel = self._channels[number]
        note = channel.notes.get(pitch)
        if note is None:
            return
        if channel.struck_again.pop(pitch, None) == now == note.start:
            return  # meant for the note before, which the new one has ended already
        if channel.pedal and number != _DRUM_CHANNEL:
            note.ended = True
        else:
            self._write(now, number, pitch)

    def _control(self, now: float, number: int, control: int, value: int) -> None:
        channel = self._channels[number]
        if control == _VOLUME:
            channel.volume = value
        elif control == _EXPRESSION:
            channel.expression = value
        elif control == _PEDAL:
            self._press(now, number, down=value >= 64)
        elif control == _RESET:
            channel.expression = 127
            self._press(now, number, down=False)
        elif control in (_ALL_SOUND_OFF, _ALL_NOTES_OFF):
            for pitch in list(channel.notes):
                self._write(now, number, pitch)

    def _press(self, now: float, number: int, *, down: bool) -> None:
        channel = self._channels[number]
        channel.pedal = down
        if not down:
            for pitch in [pitch for pitch, note in channel.notes.items() if note.ended]:
                self._write(now, number, pitch)

    def _write(self, now: float, number: int, pitch: int) -> None:
        note = self._channels[number].notes.pop(pitch)
        if note.velocity > 0.0:
            length = max(SHORTEST_S, now - note.start)
            drums = float(number == _DRUM_CHANNEL)
            self._rows.append((note.start, length, pitch, note.velocity, note.program, drums))
