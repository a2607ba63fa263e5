"""What was played by keys into a take, as a score: to be played again, or written as a MIDI file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from engine.errors import StudioError
from engine.library.played_keys import played_notes
from engine.library.scores import PlayedScore, pack_notes
from engine.music.condition import MAX_NOTES, MAX_SECONDS
from engine.music.keyboard import written

if TYPE_CHECKING:
    from engine.library.takes import Take
    from engine.music.roll import Notes


def notes_of(take: Take) -> Notes:
    """The notes that were played into ``take``, [n, FIELDS]: the pedal lengthens them, its end ends them.

    Raises StudioError where an event makes no sense.
    """
    return written(played_notes(take), take.sample_rate, take.length)


def score_of_keys(take: Take) -> PlayedScore:
    """They as a score, after which the model goes on. Raises StudioError on none, and on too many."""
    return PlayedScore(take.name, pack_notes(_some_notes(take)))


def midi_of_keys(take: Take) -> bytes:
    """They as a MIDI file of one part. Raises StudioError on none, and on too many."""
    from engine.music.score import Note, Part, Score, midi_file  # mido, which most never need

    notes = tuple(
        Note(start, length, int(pitch), int(velocity))
        for start, length, pitch, velocity, _, _ in _some_notes(take).tolist()
    )
    buffer = BytesIO()
    midi_file(Score(take.seconds, (Part(program=0, notes=notes, volume=127),))).save(file=buffer)
    return buffer.getvalue()


def _some_notes(take: Take) -> Notes:
    notes = notes_of(take)
    if not len(notes):
        raise StudioError(f"“{take.name}”: no notes were played into it")
    if len(notes) > MAX_NOTES or notes[-1, 0] > MAX_SECONDS:
        raise StudioError(
            f"“{take.name}”: a score begins its notes within {MAX_SECONDS / 60:g} minutes, and has "
            f"{MAX_NOTES} at most"
        )
    return notes
