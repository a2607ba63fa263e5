"""A corpus opened for reading: its pieces, their samples and their notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError, reason
from engine.files.arrays import map_array
from engine.files.documents import JSON_BYTES, parse_json
from engine.files.reading import read_whole

SPLITS = ("train", "validation", "test")
MOST_RATE = 384_000
"""Hz."""
MOST_BYTES = 1 << 31
"""Of the list of pieces."""
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
        with _part(folder, "corpus.json") as path:
            self.about = parse_about(parse_json(read_whole(path, JSON_BYTES)))
        with _part(folder, "pieces.jsonl") as path:
            lines = read_whole(path, MOST_BYTES).decode("utf-8").split("\n")
            self.pieces = [parse_piece(parse_json(line)) for line in lines if line]
        with _part(folder, "audio.npy") as path:
            self.audio: NDArray[np.int16] = map_array(path, kinds="i")
            if self.audio.dtype != np.int16 or self.audio.ndim != 1:
                raise ValueError(f"holds {self.audio.dtype} {list(self.audio.shape)}, not int16 [samples]")
        with _part(folder, "notes.npy") as path:
            self._notes = self._open_notes(path)
        end = max((p.start + p.length for p in self.pieces), default=0)
        if end != len(self.audio):
            raise StudioError(
                f"{folder} is a damaged corpus: pieces end at sample {end}, "
                f"audio.npy at {len(self.audio)}; make it again"
            )

    def _open_notes(self, path: Path) -> NDArray[np.float32]:
        if not self.scored:
            return np.zeros((0, NOTE_COLUMNS), np.float32)
        notes: NDArray[np.float32] = map_array(path, kinds="f")
        end = max(sum(piece.notes) for piece in self.pieces if piece.notes is not None)
        if notes.dtype != np.float32 or notes.shape != (end, NOTE_COLUMNS):
            raise ValueError(f"holds {notes.dtype} {list(notes.shape)}, not float32 [{end}, {NOTE_COLUMNS}]")
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


def parse_about(fields: Any) -> dict[str, Any]:
    """What ``corpus.json`` says. Raises ValueError or KeyError where it says nothing of a corpus."""
    if not isinstance(fields, dict):
        raise ValueError("is no JSON object")
    if type(fields["sample_rate"]) is not int or not 0 < fields["sample_rate"] <= MOST_RATE:
        raise ValueError(f"sample_rate must lie between 1 and {MOST_RATE}")
    for name in ("sources", "skipped"):
        entries = fields.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise ValueError(f"{name} must be a list of objects")
    return fields


def parse_piece(fields: Any) -> Piece:
    """A piece from a line of ``pieces.jsonl``.

    Raises TypeError or ValueError where the fields are not those of a piece.
    """
    if not isinstance(fields, dict):
        raise TypeError("a piece is no JSON object")
    notes, tags = fields.get("notes"), fields.get("tags", ())
    if notes is not None:
        if not isinstance(notes, list) or len(notes) != 2 or not all(map(_is_count, notes)):
            raise ValueError("notes of a piece must be a row and a count")
        notes = (notes[0], notes[1])
    if not isinstance(tags, (list, tuple)) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("tags of a piece must be names")
    piece = Piece(**{**fields, "tags": tuple(tags), "notes": notes})
    if not isinstance(piece.id, str) or piece.split not in SPLITS:
        raise ValueError(f"a piece must have an id, and a split that is one of {', '.join(SPLITS)}")
    if not _is_count(piece.start) or not _is_count(piece.length):
        raise ValueError("start and length of a piece must be whole numbers")
    if not isinstance(piece.speaker, str | None) or not isinstance(piece.details, dict):
        raise ValueError("speaker of a piece must be a name, its details an object")
    return piece


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 62


@contextmanager
def _part(folder: Path, name: str) -> Iterator[Path]:
    """The path of a corpus's file; what goes wrong with it is told as a StudioError that names it."""
    try:
        yield folder / name
    except FileNotFoundError:
        raise StudioError(
            f"{folder} is not a corpus: {name} is missing; make one with ./studio corpus"
        ) from None
    except OSError as error:
        raise StudioError(f"{folder / name}: cannot read the corpus: {reason(error)}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise StudioError(f"{folder} is a damaged corpus: {name}: {error}; make it again") from None
