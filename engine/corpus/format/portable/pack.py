"""Packs a corpus into one file: samples as mu-law codes, labels as arrays, all under xz and checksums."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpus.format.portable import AUDIO, FORMAT, LABELS, MANIFEST, NOTES, PIECES, VERSION, labels
from engine.corpus.format.portable.xz import BLOCK, compressed
from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.files.writing import replacing
from engine.wavenet import mulaw

Progress = Callable[[float], None]


def pack(folder: Path, file: Path, *, progress: Progress, workers: int) -> None:
    """Write the corpus in ``folder`` as one file, with ``workers`` (> 0) threads.

    The same corpus gives the same bytes. Samples are kept as 8-bit mu-law codes: what a 256-level model
    is trained on stays exactly the same, 16-bit models lose precision. ``progress`` hears the share done,
    0 to 1. Raises StudioError where the folder holds no corpus, or the file exists or cannot be written.
    """
    corpus = Corpus(folder)
    if file.exists():
        raise StudioError(f"{file} exists; give another name or remove it")
    with replacing(file) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        _write(archive, corpus, progress, workers)


def _write(archive: zipfile.ZipFile, corpus: Corpus, progress: Progress, workers: int) -> None:
    members: dict[str, dict[str, Any]] = {}

    def add(name: str, blocks: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0

        def read() -> Iterator[bytes]:
            nonlocal size
            for block in blocks:
                digest.update(block)
                size += len(block)
                yield block

        with archive.open(_entry(name), "w", force_zip64=True) as out:
            for stream in compressed(read(), workers, audio=name == AUDIO):
                out.write(stream)
        members[name] = {"bytes": size, "sha256": digest.hexdigest()}

    left, arrays = labels.split_off([piece.details for piece in corpus.pieces])
    lines = [
        json.dumps(vars(dataclasses.replace(piece, details=details)), ensure_ascii=False)
        for piece, details in zip(corpus.pieces, left, strict=True)
    ]
    add(PIECES, _cut("".join(f"{line}\n" for line in lines).encode()))
    add(LABELS, _cut(labels.to_bytes(arrays)))
    if corpus.scored:
        add(NOTES, _cut((corpus.folder / "notes.npy").read_bytes()))
    add(AUDIO, _codes(corpus, progress))
    manifest = {"format": FORMAT, "version": VERSION, "about": corpus.about, "members": members}
    archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=2))


def _codes(corpus: Corpus, progress: Progress) -> Iterator[bytes]:
    """The corpus's samples as mu-law codes, block by block."""
    values = np.arange(65_536, dtype=np.uint16).view(np.int16)
    table = mulaw.encode(values / 32768.0)
    for first in range(0, len(corpus.audio), BLOCK):
        block = np.ascontiguousarray(corpus.audio[first : first + BLOCK], dtype=np.int16)
        yield table[block.view(np.uint16)].tobytes()
        progress(min(1.0, (first + BLOCK) / len(corpus.audio)))


def _cut(raw: bytes) -> Iterator[bytes]:
    for first in range(0, len(raw), BLOCK):
        yield raw[first : first + BLOCK]


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without the time of day, so that the same corpus gives the same file."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
