"""What tests read of the MIDI files that they wrote."""

from __future__ import annotations

from pathlib import Path

from engine.music.midi import read_midi
from engine.music.roll import Notes


def notes_of(path: Path) -> Notes:
    """The notes of a file of which all can be read."""
    notes, doubts = read_midi(path)
    assert doubts == []
    return notes
