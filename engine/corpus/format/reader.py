"""A corpus opened for reading: its pieces, their samples and their notes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError

SPLITS = ("train", "validation", "test")
NOTE_COLUMNS = 6
"""Of a notes array: start, length (seconds), pitch, velocity, program, drums."""


@dataclass(frozen=True)
class Piece:
    """One piece of music or one sentence: where it lies in the audio and what is known of it."""

    id: str
    split: str
    start: int
    """First sample in ``audio.npy``."""
    length: int
    """Samples."""
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    """Whatever else the recipe knows: text, tempo, key, phones…"""
    notes: tuple[int, int] | None = None
    """First row in ``notes.npy`` and how many; None where the piece has no score."""


class Corpus:
    """A corpus opened for reading.

    Raises StudioError where the folder holds no corpus or a damaged one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.about: dict[str, Any] = json.loads((folder / "corpus.json").read_text("utf-8"))
            lines = (folder / "pieces.jsonl").read_text("utf-8").split("\n")
            self.pieces = [parse_piece(json.loads(line)) for line in lines if line]
            self.audio: NDArray[np.int16] = np.load(folder / "audio.npy", mmap_mode="r")
            self._notes = self._open_notes()
        except FileNotFoundError as error:
            raise StudioError(
                f"{folder} is not a corpus: {Path(error.filename).name} is missing; "
                "make one with ./studio corpus"
            ) from None
        except (ValueError, TypeError, KeyError) as error:
            raise StudioError(f"{folder} is a damaged corpus: {error}; make it again") from None
        end = max((p.start + p.length for p in self.pieces), default=0)
        if end != len(self.audio):
            raise StudioError(
                f"{folder} is a damaged corpus: pieces end at sample {end}, "
                f"audio.npy at {len(self.audio)}; make it again"
            )

    def _open_notes(self) -> NDArray[np.float32]:
        if not self.scored:
            return np.zeros((0, NOTE_COLUMNS), np.float32)
        notes: NDArray[np.float32] = np.load(self.folder / "notes.npy", mmap_mode="r")
        end = max(sum(piece.notes) for piece in self.pieces if piece.notes is not None)
        if notes.dtype != np.float32 or notes.shape != (end, NOTE_COLUMNS):
            raise ValueError(
                f"notes.npy holds {notes.dtype} {list(notes.shape)}, not float32 [{end}, {NOTE_COLUMNS}]"
            )
        return notes

    @property
    def scored(self) -> bool:
        """Whether the notes of any piece are known."""
        return any(piece.notes is not None for piece in self.pieces)

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return int(self.about["sample_rate"])

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag that any piece bears, sorted."""
        return tuple(sorted({tag for piece in self.pieces for tag in piece.tags}))

    @property
    def speakers(self) -> tuple[str, ...]:
        """Every speaker, in order of first appearance."""
        return tuple(dict.fromkeys(p.speaker for p in self.pieces if p.speaker is not None))

    def split(self, name: str) -> list[Piece]:
        """The pieces of one split: ``train``, ``validation`` or ``test``."""
        return [piece for piece in self.pieces if piece.split == name]

    def samples(self, piece: Piece) -> NDArray[np.float32]:
        """One piece as [n_samples] float32 in ±1."""
        part = self.audio[piece.start : piece.start + piece.length]
        return part.astype(np.float32) / 32768.0

    def notes(self, piece: Piece) -> NDArray[np.float32]:
        """One piece's notes array, [n, 6] float32; empty where the piece has none.

        The columns are start and length in seconds from the piece's first sample, pitch, velocity,
        program (each 0 to 127) and drums (0 or 1).
        """
        first, count = piece.notes or (0, 0)
        return np.array(self._notes[first : first + count])


def split_of(index: int) -> str:
    """The split of the ``index``-th piece of a speaker or genre: of 20, 17 train, 1 validates, 2 test."""
    return {9: "validation", 4: "test", 14: "test"}.get(index % 20, "train")


def walk(corpus: Corpus, split: str) -> Iterator[tuple[Piece, NDArray[np.float32]]]:
    """Each piece of a split with its samples."""
    for piece in corpus.split(split):
        yield piece, corpus.samples(piece)


def parse_piece(fields: dict[str, Any]) -> Piece:
    """A piece from a line of ``pieces.jsonl``.

    Raises TypeError or ValueError where the fields are not those of a piece.
    """
    notes = fields.get("notes")
    if notes is not None:
        first, count = map(int, notes)
        notes = (first, count)
    return Piece(**{**fields, "tags": tuple(fields.get("tags", ())), "notes": notes})
