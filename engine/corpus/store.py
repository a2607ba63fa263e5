"""A corpus on disk: one flat array of samples, one line a piece, one page about the whole.

corpus.json    kind, sample rate, seed, vocabularies, sources with versions and licences
pieces.jsonl   a Piece a line
audio.npy      int16 mono, all pieces end to end (read with a memory map)

While it is written: audio.part (the samples) and, where it can be resumed, corpus.part (a journal).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

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
            lines = (folder / "pieces.jsonl").read_text("utf-8").split("\n")
            self.pieces = [_piece(json.loads(line)) for line in lines if line]
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

    A context manager: leaving it normally closes the corpus. Leaving by an error removes the parts, except
    where the writer was given a ``request`` and holds pieces: then a writer of the same request goes on.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kind: str,
        sample_rate: int,
        seed: int,
        sources: list[dict[str, str]],
        request: dict[str, Any] | None = None,
    ) -> None:
        """``kind`` is ``music`` or ``speech``; ``sources`` name, version and licence of each tool.

        ``request`` (JSON) is everything that decides what will be added, in which order. It makes the
        writer resumable: it then begins with the whole pieces of an interrupted one.
        Raises StudioError where the folder already holds a corpus, or an interrupted one of another
        request.
        """
        if (folder / "corpus.json").exists():
            raise StudioError(f"{folder} already holds a corpus; give another folder or remove it")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._about: dict[str, Any] = {
            "kind": kind,
            "sample_rate": sample_rate,
            "seed": seed,
            "sources": sources,
        }
        self.skipped: list[dict[str, str]] = []
        """What could not be added: ``file`` and ``reason``."""
        self.finished: set[str] = set()
        """Names given to ``finish``, of an interrupted writer as well."""
        self.pieces: list[Piece] = []
        self._hash = hashlib.sha256()
        self._written = 0
        self._journal = self._open_journal(request)
        self._raw = (folder / "audio.part").open("r+b" if self.pieces else "wb")
        self._take_over()

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
        piece = Piece(id, split, self._written, len(samples), speaker, tags, details or {})
        self.pieces.append(piece)
        self._written += len(samples)
        self._note("piece", dataclasses.asdict(piece))

    def skip(self, file: str, reason: str) -> None:
        """Record in corpus.json that a file was left out, and why; once, however often it is told."""
        entry = {"file": file, "reason": reason}
        if entry not in self.skipped:
            self.skipped.append(entry)
            self._note("skipped", entry)

    def finish(self, name: str) -> None:
        """Record that all of a source file has been added or skipped: a resumed writer knows it."""
        self.finished.add(name)
        self._note("finished", name)

    @property
    def seconds(self) -> float:
        """Audio written so far."""
        return self._written / float(self._about["sample_rate"])

    def close(self) -> Corpus:
        """Finish the files and open the corpus for reading."""
        self._raw.close()
        with (self.folder / "audio.npy").open("wb") as file, (self.folder / "audio.part").open("rb") as raw:
            header = {"descr": "<i2", "fortran_order": False, "shape": (self._written,)}
            np.lib.format.write_array_header_1_0(file, header)
            shutil.copyfileobj(raw, file, 1 << 20)
        lines = [json.dumps(dataclasses.asdict(piece), ensure_ascii=False) for piece in self.pieces]
        (self.folder / "pieces.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        about = {**self._about, "sha256": self._hash.hexdigest(), "samples": self._written}
        if self.skipped:
            about["skipped"] = self.skipped
        temporary = self.folder / "corpus.json.part"
        temporary.write_text(json.dumps(about, indent=2) + "\n", "utf-8")
        os.replace(temporary, self.folder / "corpus.json")
        self._remove_parts()
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
            return
        self._raw.close()
        if self._journal is None or not self.pieces:
            self._remove_parts()
        else:
            self._journal.close()

    def _open_journal(self, request: dict[str, Any] | None) -> BinaryIO | None:
        """The journal, open for appending, after what it held was taken over; None without a request."""
        path = self.folder / "corpus.part"
        head = json.dumps({"about": self._about, "request": request}, sort_keys=True).encode()
        before = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        if before and (request is None or before[0].strip() != head):
            raise StudioError(
                f"{self.folder} holds an interrupted corpus of other arguments or files; "
                "give those again, or another folder, or remove it"
            )
        if request is None:
            return None
        try:
            kept = list(self._recall(before[1:]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StudioError(f"{path} is damaged: {error}; remove {self.folder}") from None
        temporary = path.with_suffix(".part.new")
        temporary.write_bytes(b"".join([head + b"\n", *kept]))
        os.replace(temporary, path)
        return path.open("ab")

    def _recall(self, lines: list[bytes]) -> Iterator[bytes]:
        """Take over the journal's lines as far as they are whole and their samples are on the disk."""
        part = self.folder / "audio.part"
        samples = part.stat().st_size // 2 if part.exists() else 0
        for line in lines:
            if not line.endswith(b"\n"):  # cut short as it was written
                return
            ((what, fields),) = json.loads(line).items()
            if what == "piece":
                piece = _piece(fields)
                if piece.start + piece.length > samples:
                    return
                self.pieces.append(piece)
                self._written = piece.start + piece.length
            elif what == "skipped":
                self.skipped.append(fields)
            else:
                self.finished.add(fields)
            yield line

    def _take_over(self) -> None:
        """Hash the samples of the pieces that are there; cut off what lies behind them."""
        left = 2 * self._written
        while left:
            block = self._raw.read(min(left, 1 << 20))
            self._hash.update(block)
            left -= len(block)
        self._raw.seek(2 * self._written)
        self._raw.truncate()

    def _note(self, what: str, fields: Any) -> None:
        """Add a line to the journal, after the samples that it speaks of."""
        if self._journal is not None:
            self._raw.flush()
            self._journal.write(json.dumps({what: fields}, ensure_ascii=False).encode() + b"\n")
            self._journal.flush()

    def _remove_parts(self) -> None:
        if self._journal is not None:
            self._journal.close()
        for name in ("audio.part", "corpus.part"):
            (self.folder / name).unlink(missing_ok=True)


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
