"""A corpus on disk: one flat array of samples, one line a piece, one page about the whole.

corpus.json    kind, sample rate, seed, vocabularies, sources with versions and licences
pieces.jsonl   a Piece a line
audio.npy      int16 mono, all pieces end to end (read with a memory map)
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError

SPLITS = ("train", "validation", "test")


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


class Corpus:
    """A corpus opened for reading.

    Raises StudioError where the folder holds no corpus or a damaged one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.about: dict[str, Any] = json.loads((folder / "corpus.json").read_text("utf-8"))
            lines = (folder / "pieces.jsonl").read_text("utf-8").splitlines()
            self.pieces = [_piece(json.loads(line)) for line in lines]
            self.audio: NDArray[np.int16] = np.load(folder / "audio.npy", mmap_mode="r")
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


class CorpusWriter:
    """Writes a corpus piece by piece; nothing appears under its name before ``close``.

    A context manager: leaving it normally closes the corpus, leaving by an error removes the parts.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kind: str,
        sample_rate: int,
        seed: int,
        sources: list[dict[str, str]],
    ) -> None:
        """``kind`` is ``music`` or ``speech``; ``sources`` name, version and licence of each tool.

        Raises StudioError where the folder already holds a corpus.
        """
        if (folder / "corpus.json").exists():
            raise StudioError(f"{folder} already holds a corpus; give another folder or remove it")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._about = {
            "kind": kind,
            "sample_rate": sample_rate,
            "seed": seed,
            "sources": sources,
        }
        self._raw = (folder / "audio.part").open("wb")
        self._hash = hashlib.sha256()
        self._pieces: list[Piece] = []
        self._written = 0

    def add(
        self,
        id: str,
        split: str,
        samples: NDArray[np.floating[Any]],
        *,
        speaker: str | None = None,
        tags: tuple[str, ...] = (),
        details: dict[str, Any] | None = None,
    ) -> None:
        """Append a piece: ``samples`` [n_samples] float in ±1, stored as 16 bits.

        Raises ValueError on an unknown split, or samples that are not finite, clip or are not mono.
        """
        if split not in SPLITS:
            raise ValueError(f"split {split!r} is none of {SPLITS}")
        if samples.ndim != 1 or not np.isfinite(samples).all() or np.abs(samples).max() > 1.0:
            raise ValueError(f"{id}: not mono, not finite, or beyond ±1")
        pcm = np.round(samples * 32767.0).astype("<i2").tobytes()
        self._raw.write(pcm)
        self._hash.update(pcm)
        self._pieces.append(Piece(id, split, self._written, len(samples), speaker, tags, details or {}))
        self._written += len(samples)

    @property
    def seconds(self) -> float:
        """Audio written so far."""
        return self._written / float(self._about["sample_rate"])  # type: ignore[arg-type]

    def close(self) -> Corpus:
        """Finish the files and open the corpus for reading."""
        self._raw.close()
        part = self.folder / "audio.part"
        audio = np.lib.format.open_memmap(
            self.folder / "audio.npy", mode="w+", dtype=np.int16, shape=(self._written,)
        )
        audio[:] = np.memmap(part, dtype="<i2", mode="r")
        audio.flush()
        part.unlink()
        lines = [json.dumps(dataclasses.asdict(piece), ensure_ascii=False) for piece in self._pieces]
        (self.folder / "pieces.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        about = {**self._about, "sha256": self._hash.hexdigest(), "samples": self._written}
        temporary = self.folder / "corpus.json.part"
        temporary.write_text(json.dumps(about, indent=2) + "\n", "utf-8")
        os.replace(temporary, self.folder / "corpus.json")
        return Corpus(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._raw.close()
            (self.folder / "audio.part").unlink(missing_ok=True)


def split_of(index: int) -> str:
    """The split of the ``index``-th piece of a speaker or genre: of 20, 17 train, 1 validates, 2 test."""
    return {9: "validation", 4: "test", 14: "test"}.get(index % 20, "train")


def walk(corpus: Corpus, split: str) -> Iterator[tuple[Piece, NDArray[np.float32]]]:
    """Each piece of a split with its samples."""
    for piece in corpus.split(split):
        yield piece, corpus.samples(piece)


def _piece(fields: dict[str, Any]) -> Piece:
    fields["tags"] = tuple(fields.get("tags", ()))
    return Piece(**fields)
