"""A score: parts with notes in seconds, and its MIDI file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import mido

_TICKS_PER_SECOND = 960  # 480 ticks a beat at MIDI's default tempo of 120 beats a minute
_DRUM_CHANNEL = 9


@dataclass(frozen=True, order=True)
class Note:
    """``start`` and ``length`` in seconds; ``pitch`` and ``velocity`` as in MIDI, 1 to 127."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """The notes of one instrument.

    ``program`` is the General MIDI program from 0 (for drums, the kit); ``volume`` 0 to 127.
    """

    program: int
    notes: tuple[Note, ...]
    volume: int = 100
    drums: bool = False


@dataclass(frozen=True)
class Score:
    """Parts that play together, cut off at ``seconds``."""

    seconds: float
    parts: tuple[Part, ...]


def write_midi(score: Score, path: Path) -> None:
    """Write ``midi_file`` to ``path``. Raises ValueError as it does."""
    midi_file(score).save(path)


def midi_file(score: Score) -> mido.MidiFile:
    """A type-1 MIDI file with a track a part.

    Raises ValueError where there are more parts than channels.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=_TICKS_PER_SECOND // 2)
    channels = iter([c for c in range(16) if c != _DRUM_CHANNEL])
    end = round(score.seconds * _TICKS_PER_SECOND)
    for part in score.parts:
        channel = _DRUM_CHANNEL if part.drums else next(channels, None)
        if channel is None:
            raise ValueError(f"{len(score.parts)} parts; MIDI has 16 channels")
        file.tracks.append(_track(part, channel, end))
    return file


def _track(part: Part, channel: int, end: int) -> mido.MidiTrack:
    # At one tick a note's end comes before the next one's start, or a repeated note would be cut.
    events: list[tuple[int, int, mido.Message]] = []
    for note in part.notes:
        on = round(note.start * _TICKS_PER_SECOND)
        off = max(on + 1, round((note.start + note.length) * _TICKS_PER_SECOND))
        key = {"channel": channel, "note": note.pitch}
        events.append((on, 1, mido.Message("note_on", velocity=note.velocity, **key)))
        events.append((off, 0, mido.Message("note_off", velocity=0, **key)))
    events.sort(key=lambda event: (event[0], event[1], event[2].note))
    track = mido.MidiTrack()
    track.append(mido.Message("program_change", channel=channel, program=part.program))
    track.append(mido.Message("control_change", channel=channel, control=7, value=part.volume))
    now = 0
    for tick, _, message in events:
        track.append(message.copy(time=tick - now))
        now = tick
    # A silent tail keeps the synthesiser going until the last sample that is wanted.
    track.append(mido.MetaMessage("end_of_track", time=max(0, end + _TICKS_PER_SECOND - now)))
    return track
