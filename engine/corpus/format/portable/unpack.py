"""Makes a corpus of a packed one again. Nothing but Python and numpy is needed; nothing in it is trusted."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpus.format.portable import AUDIO, FORMAT, LABELS, MANIFEST, NOTES, PIECES, VERSION, labels
from engine.corpus.format.portable.xz import expanded
from engine.corpus.format.reader import SPLITS, Corpus
from engine.errors import StudioError
from engine.files.documents import parse_json
from engine.files.reading import open_ordinary
from engine.files.writing import write_atomically
from engine.wavenet import mulaw

_SMALL = 1 << 20
"""Bytes a manifest may have at most."""
_LARGE = 1 << 31
"""Bytes that pieces, labels or notes may have at most, each."""
_SPARE = 64 << 20
"""Bytes of the disk that are left free."""


def unpack(file: Path, folder: Path) -> Corpus:
    """Restore the corpus in ``file`` in a new or empty ``folder``.

    Its samples are the mu-law codes' amplitudes as 16 bits: coded again, they are the very same codes.
    ``corpus.json`` keeps the original samples' checksum under ``packed``. Nothing is written outside the
    folder, nor more than the file announces, and nothing stays behind where it fails. Raises StudioError
    where the file is missing, damaged or no packed corpus, where the folder holds something, and where
    it cannot be written or the disk is too full.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudioError(f"{folder} is not an empty folder; give another")
    existed = folder.exists()
    try:
        with open_ordinary(file) as raw, zipfile.ZipFile(raw) as archive:
            reader = _Packed(archive)
            reader.check_room(folder)
            folder.mkdir(parents=True, exist_ok=True)
            _restore(reader, folder)
        return Corpus(folder)
    except FileNotFoundError:
        raise StudioError(f"{file} is not there") from None
    except OSError as error:
        _remove(folder, existed)
        raise StudioError(f"cannot unpack {file} to {folder}: {error.strerror or error}") from None
    except StudioError:
        _remove(folder, existed)
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        RecursionError,
        zipfile.BadZipFile,
        EOFError,
    ) as error:
        _remove(folder, existed)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StudioError(f"{file} is no packed corpus, or a damaged one: {reason}; copy it again") from None
    except BaseException:
        _remove(folder, existed)
        raise


class _Packed:
    """A packed corpus's manifest, held against what the archive has."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Raises ValueError, TypeError or KeyError where it makes no sense."""
        self.archive = archive
        names = archive.namelist()
        if MANIFEST not in names:
            raise ValueError(f"{MANIFEST} is missing")
        entry = archive.getinfo(MANIFEST)
        if entry.file_size > _SMALL or entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{MANIFEST} is too large, or compressed")
        manifest = parse_json(archive.read(entry))
        if manifest["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        if manifest["version"] != VERSION:
            raise ValueError(f"its version is {manifest['version']!r}; this program reads {VERSION}")
        self.about: dict[str, Any] = manifest["about"]
        self.members: dict[str, dict[str, Any]] = manifest["members"]
        needed, possible = {PIECES, LABELS, AUDIO}, {PIECES, LABELS, NOTES, AUDIO}
        if not needed <= set(self.members) <= possible or sorted(names) != sorted([MANIFEST, *self.members]):
            raise ValueError("members are missing, doubled or unknown")
        for name, member in self.members.items():
            size = member["bytes"]
            if type(size) is not int or size < 0 or (name != AUDIO and size > _LARGE):
                raise ValueError(f"{name} cannot have {size!r} bytes")
        for key in ("samples", "sample_rate"):
            if type(self.about[key]) is not int or self.about[key] < 0:
                raise ValueError(f"{key} cannot be {self.about[key]!r}")
        if not isinstance(self.about["sha256"], str) or self.about["samples"] != self.members[AUDIO]["bytes"]:
            raise ValueError("sizes do not fit")

    def check_room(self, folder: Path) -> None:
        """Raises StudioError where the disk has too little room."""
        sizes = {name: member["bytes"] for name, member in self.members.items()}
        needed = 2 * sizes[AUDIO] + sizes[PIECES] + 8 * sizes[LABELS] + sizes.get(NOTES, 0) + _SPARE
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
        if needed > free:
            raise StudioError(
                f"{folder}: the corpus needs {needed >> 20} MiB, {free >> 20} MiB are free; make room"
            )

    def blocks(self, name: str) -> Iterator[bytes]:
        """A member's content in blocks. Raises ValueError where it is not what the manifest announces."""
        member, digest = self.members[name], hashlib.sha256()
        entry = self.archive.getinfo(name)
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise ValueError(f"{name} is compressed or encrypted by zip")
        with self.archive.open(entry) as file:
            try:
                for block in expanded(file, member["bytes"]):
                    digest.update(block)
                    yield block
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        if digest.hexdigest() != member["sha256"]:
            raise ValueError(f"{name}: the checksum does not fit")

    def whole(self, name: str) -> bytes:
        """A member's content. Raises ValueError as ``blocks`` does."""
        return b"".join(self.blocks(name))


def _restore(packed: _Packed, folder: Path) -> None:
    (folder / "pieces.jsonl").write_text(_pieces(packed), "utf-8")
    if NOTES in packed.members:
        (folder / "notes.npy").write_bytes(packed.whole(NOTES))
    checksum = _write_audio(packed, folder / "audio.npy")
    original = packed.about.get("packed") or {"coding": "mu-law", "sha256": packed.about["sha256"]}
    about = {**packed.about, "sha256": checksum, "packed": original}
    write_atomically(folder / "corpus.json", (json.dumps(about, indent=2) + "\n").encode())


def _pieces(packed: _Packed) -> str:
    """The lines of ``pieces.jsonl``, with all labels."""
    pieces = [parse_json(line) for line in packed.whole(PIECES).decode().split("\n") if line]
    end = 0
    for number, piece in enumerate(pieces, 1):
        start, length = piece["start"], piece["length"]
        if piece["split"] not in SPLITS or start != end or type(length) is not int or length <= 0:
            raise ValueError(f"piece {number} makes no sense")
        end += length
    if end != packed.about["samples"]:
        raise ValueError(f"pieces end at sample {end}, the audio at {packed.about['samples']}")
    labels.put_back([piece["details"] for piece in pieces], labels.from_bytes(packed.whole(LABELS)))
    return "".join(f"{json.dumps(piece, ensure_ascii=False)}\n" for piece in pieces)


def _write_audio(packed: _Packed, path: Path) -> str:
    """Write the samples as 16 bits; their SHA-256."""
    amplitudes = np.round(mulaw.decode(np.arange(mulaw.LEVELS)).astype(np.float64) * 32768.0)
    table = np.clip(amplitudes, -32768, 32767).astype("<i2")
    digest = hashlib.sha256()
    with path.open("wb") as file:
        header = {"descr": "<i2", "fortran_order": False, "shape": (packed.about["samples"],)}
        np.lib.format.write_array_header_1_0(file, header)
        for block in packed.blocks(AUDIO):
            pcm = table[np.frombuffer(block, np.uint8)].tobytes()
            file.write(pcm)
            digest.update(pcm)
    return digest.hexdigest()


def _remove(folder: Path, existed: bool) -> None:
    """What an unfinished unpacking left; the folder was empty before, or not there."""
    for name in ("pieces.jsonl", "notes.npy", "audio.npy", "corpus.json"):
        (folder / name).unlink(missing_ok=True)
    if not existed and folder.exists():
        folder.rmdir()
