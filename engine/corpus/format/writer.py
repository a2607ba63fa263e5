"""Writing a corpus piece by piece, so that it can be resumed after an interruption."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import NOTE_COLUMNS, SPLITS, Corpus, Piece, parse_piece
from engine.errors import StudioError
from engine.files.documents import parse_json
from engine.files.writing import replacing, write_atomically

_ROW = 4 * NOTE_COLUMNS  # bytes of a note


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
        self._noted = 0
        self._journal = self._open_journal(request)
        self._raw = self._open_part("audio.part")
        self._notes = self._open_part("notes.part")
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
        notes: NDArray[np.floating[Any]] | None = None,
    ) -> None:
        """Append a piece: ``samples`` [n_samples] float in ±1, stored as 16 bits.

        ``notes`` [n, 6] is its score, where it is known (see ``Corpus.notes``). Raises ValueError on an
        unknown split, samples that are not finite, clip or are not mono, or notes of another shape.
        """
        if split not in SPLITS:
            raise ValueError(f"split {split!r} is none of {SPLITS}")
        if samples.ndim != 1 or not np.isfinite(samples).all() or np.abs(samples).max() > 1.0:
            raise ValueError(f"{id}: not mono, not finite, or beyond ±1")
        if notes is not None and (notes.shape[1:] != (NOTE_COLUMNS,) or not np.isfinite(notes).all()):
            raise ValueError(f"{id}: notes of shape {notes.shape}, or not finite; want [n, {NOTE_COLUMNS}]")
        pcm = np.round(samples * 32767.0).astype("<i2").tobytes()
        self._raw.write(pcm)
        self._hash.update(pcm)
        where = None
        if notes is not None:
            self._notes.write(notes.astype("<f4").tobytes())
            where = (self._noted, len(notes))
            self._noted += len(notes)
        piece = Piece(id, split, self._written, len(samples), speaker, tags, details or {}, where)
        self.pieces.append(piece)
        self._written += len(samples)
        self._note("piece", vars(piece))

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
        self._close_parts()
        self._save("audio", "<i2", (self._written,))
        if any(piece.notes is not None for piece in self.pieces):
            self._save("notes", "<f4", (self._noted, NOTE_COLUMNS))
        lines = [json.dumps(vars(piece), ensure_ascii=False) for piece in self.pieces]
        write_atomically(self.folder / "pieces.jsonl", ("\n".join(lines) + "\n").encode())
        about = {**self._about, "sha256": self._hash.hexdigest(), "samples": self._written}
        if self.skipped:
            about["skipped"] = self.skipped
        write_atomically(self.folder / "corpus.json", (json.dumps(about, indent=2) + "\n").encode())
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
        self._close_parts()
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
        write_atomically(path, b"".join([head + b"\n", *kept]))
        return path.open("ab")

    def _save(self, name: str, kind: str, shape: tuple[int, ...]) -> None:
        """Make the array file ``name``.npy of what ``name``.part holds."""
        part, array = self.folder / f"{name}.part", self.folder / f"{name}.npy"
        with replacing(array) as temporary, temporary.open("wb") as file, part.open("rb") as raw:
            header = {"descr": kind, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            shutil.copyfileobj(raw, file, 1 << 20)

    def _recall(self, lines: list[bytes]) -> Iterator[bytes]:
        """Take over the journal's lines as far as they are whole and their samples are on the disk."""
        samples, notes = self._size("audio.part") // 2, self._size("notes.part") // _ROW
        for line in lines:
            if not line.endswith(b"\n"):  # cut short as it was written
                return
            ((what, fields),) = parse_json(line).items()
            if what == "piece":
                piece = parse_piece(fields)
                noted = sum(piece.notes) if piece.notes is not None else self._noted
                if piece.start + piece.length > samples or noted > notes:
                    return
                self.pieces.append(piece)
                self._written, self._noted = piece.start + piece.length, noted
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
        for file, end in ((self._raw, 2 * self._written), (self._notes, _ROW * self._noted)):
            file.seek(end)
            file.truncate()

    def _note(self, what: str, fields: Any) -> None:
        """Add a line to the journal, after the samples that it speaks of."""
        if self._journal is not None:
            self._raw.flush()
            self._notes.flush()
            self._journal.write(json.dumps({what: fields}, ensure_ascii=False).encode() + b"\n")
            self._journal.flush()

    def _size(self, name: str) -> int:
        part = self.folder / name
        return part.stat().st_size if part.exists() else 0

    def _open_part(self, name: str) -> BinaryIO:
        """A part to go on with where whole pieces were taken over, else an empty one."""
        path = self.folder / name
        if not self.pieces or not path.exists():
            path.write_bytes(b"")
        return path.open("r+b")

    def _close_parts(self) -> None:
        self._raw.close()
        self._notes.close()

    def _remove_parts(self) -> None:
        if self._journal is not None:
            self._journal.close()
        for name in ("audio.part", "notes.part", "corpus.part"):
            (self.folder / name).unlink(missing_ok=True)
