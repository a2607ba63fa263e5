"""Scores to be played: MIDI files by name or path, and their notes packed into the settings of a take."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError, shortened, suggest
from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.library.paths import SCORE_SUFFIXES, score_folders
from engine.music.condition import (
    MAX_NOTES,
    MAX_SECONDS,
    After,
    ScoreCondition,
    learnt_scores,
    plays_scores,
    seconds_of,
)
from engine.music.guide import ScoreGuide, feedback_gain
from engine.music.roll import FIELDS
from engine.wavenet.config import STRICT, ModelConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.library.presets import Preset
    from engine.music.roll import Notes
    from engine.wavenet.model_file import Header

_HIGHEST = np.array([MAX_SECONDS, MAX_SECONDS + 1.0, 127.0, 127.0, 127.0, 1.0], np.float32)


@checked(frozen=True, config=STRICT)
class PlayedScore:
    """A score that a stream plays, and what comes after it."""

    name: str
    """For people: the file's name without its suffix."""
    notes: str
    """What ``pack_notes`` made of them."""
    after: After = "improvise"

    def array(self) -> Notes:
        """The notes, to read only; unpacked once. Raises StudioError where the text holds none."""
        return self._notes

    @cached_property
    def _notes(self) -> Notes:
        notes = unpack_notes(self.notes)
        notes.flags.writeable = False
        return notes


def find_score(name: str) -> Path:
    """The MIDI file with this name, without its suffix; a name with one is a file anywhere.

    Raises StudioError with the nearest names where no folder has it.
    """
    if Path(name).suffix.lower() in SCORE_SUFFIXES:
        return Path(name)
    known = {
        path.stem: path
        for folder in reversed(score_folders())
        for path in sorted(folder.glob("*"))
        if path.suffix.lower() in SCORE_SUFFIXES
    }
    if name not in known:
        raise StudioError(
            f"score {shortened(name)!r} is unknown; {suggest(name, sorted(known))}, or give a .mid file"
        )
    return known[name]


def load_score(
    name: str, after: After = "improvise", doubt: Callable[[str], object] | None = None
) -> PlayedScore:
    """The score of a name or a MIDI file. Raises StudioError as ``find_score`` and ``read_midi`` do.

    ``doubt`` is told, line by line, what of a damaged file could not be read.
    """
    from engine.music.midi import read_midi  # most who have scores never read a file

    path = find_score(name)
    notes, doubts = read_midi(path)
    if doubt is not None:
        for line in doubts:
            doubt(line)
    return PlayedScore(path.stem, pack_notes(notes), after)


def score_of(preset: Preset, doubt: Callable[[str], object] | None = None) -> PlayedScore | None:
    """The score that a preset plays; None for none. Raises StudioError, naming the preset.

    ``doubt`` is as in ``load_score``.
    """
    if preset.score is None:
        return None
    try:
        return load_score(preset.score, preset.after, doubt)
    except StudioError as error:
        raise StudioError(f"preset {preset.id!r}: {error}") from None


def conditions_of(config: ModelConfig, score: PlayedScore | None) -> StreamConditions:
    """What conditions a stream that plays ``score``, if there is one.

    A model that has learnt scores is given the score's rows, zeros without a score; any other that plays
    scores is given a guide track. Raises StudioError where there is a score and the model cannot play it.
    """
    if learnt_scores(config):
        notes = np.empty((0, FIELDS), np.float32) if score is None else score.array()
        return StreamConditions(ScoreCondition(config, notes, "improvise" if score is None else score.after))
    if score is None:
        return UNCONDITIONED
    if not plays_scores(config):
        raise StudioError("this model plays no scores; leave the score out")
    guide = ScoreGuide(config.sample_rate, score.array(), score.after, feedback_gain(config))
    return StreamConditions(feedback=guide)


def check_plays(header: Header, installed: Iterable[Header]) -> None:
    """Raise StudioError, naming those that can, where a model cannot be given a score."""
    if plays_scores(header.config):
        return
    able = [other.name for other in installed if plays_scores(other.config)]
    instead = f"these can: {', '.join(able)}" if able else "nor does any other that is installed"
    raise StudioError(f"model {header.name!r} plays no scores; {instead}")


def length_of(score: PlayedScore) -> float:
    """Seconds until its last note ends."""
    return seconds_of(score.array())


def pack_notes(notes: Notes) -> str:
    """Notes [n, FIELDS] as text: float32, low byte first, field by field; zlib; base64."""
    raw = np.ascontiguousarray(notes.T, dtype="<f4").tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode()


def unpack_notes(text: str) -> Notes:
    """Notes [n, FIELDS] from text. Raises StudioError where it holds none, or absurd ones."""
    most = MAX_NOTES * FIELDS * 4
    try:
        inflater = zlib.decompressobj()
        raw = inflater.decompress(base64.b64decode(text, validate=True), most)
        fields = np.frombuffer(raw, dtype="<f4").reshape(FIELDS, -1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise StudioError(f"settings of a take: score: not packed notes: {error}") from None
    if inflater.unconsumed_tail or not inflater.eof:
        raise StudioError(f"settings of a take: score: cut off, or more than {MAX_NOTES} notes")
    notes = np.ascontiguousarray(fields.T, dtype=np.float32)
    if not len(notes) or not ((notes >= 0.0) & (notes <= _HIGHEST)).all():
        raise StudioError("settings of a take: score: no notes, or some out of all bounds")
    return notes
