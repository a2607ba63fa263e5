"""New pieces for a model to play, composed in a genre of the music corpus and written as MIDI files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from engine.composing.chip import for_other_players
from engine.composing.composer import CHIP_GENRE, GENRES, Composition, compose_like
from engine.files.writing import write_atomically
from engine.library.paths import score_folders
from engine.music.score import midi_file

GENRE = "piano"
"""Where no genre is wanted."""
LAST_NUMBER = 9999


def composed(genre: str, seed: int, wanted: Sequence[str]) -> tuple[Composition, bytes]:
    """A piece and its MIDI file. Raises KeyError where the genre is none of ``composer.GENRES``."""
    piece = compose_like(genre, seed, wanted)
    score = for_other_players(piece.score) if genre == CHIP_GENRE else piece.score
    content = io.BytesIO()
    midi_file(score).save(file=content)
    return piece, content.getvalue()


def keep_piece(wanted: Sequence[str], seed: int) -> Path:
    """Compose a piece with as many of the ``wanted`` tags as can be, into the user's folder of scores.

    The first of them that is a genre decides it. The file is named by genre and a number that follows
    from ``seed``; one of that name that is there already stays as it is, and is the piece.
    """
    genre = next((tag for tag in wanted if tag in GENRES), GENRE)
    number = seed % LAST_NUMBER + 1
    path = score_folders()[1] / f"{genre} {number}.mid"
    if not path.exists():
        _, content = composed(genre, number, [tag for tag in wanted if tag not in GENRES])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return path
