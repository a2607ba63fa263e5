"""Texts to be spoken: six novels by Jane Austen and WordNet's example sentences, from Debian packages.

Downloaded with apt-get into the user's cache and unpacked there; nothing is installed.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from engine.corpus.speech.text_filter import sentences_of_prose, sentences_of_wordnet, words_of
from engine.errors import StudioError

LICENCES = {
    "r-cran-janeaustenr": "novels in the public domain; package MIT",
    "wordnet-base": "WordNet licence (Princeton University; permissive, with notice)",
}
_NOVELS = Path("usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")
_WORDNET = Path("usr/share/wordnet")
_STRING_VECTOR, _STRING = 16, 9


def sentences(seed: int) -> list[str]:
    """Every usable sentence once, in an order that depends on the seed alone.

    Of sentences that differ in punctuation or capitals only, one is kept, so that no split can hold what
    another split says as well. Raises StudioError where the packages can be neither found in the cache nor
    downloaded.
    """
    novels = unpacked("r-cran-janeaustenr") / _NOVELS
    wordnet = unpacked("wordnet-base") / _WORDNET
    try:
        found = [sentence for book in books_of(novels.read_bytes()) for sentence in sentences_of_prose(book)]
        for part in ("noun", "verb", "adj", "adv"):
            lines = (wordnet / f"data.{part}").read_text("latin-1").splitlines()
            found += sentences_of_wordnet(lines)
    except (OSError, ValueError, struct.error, zlib.error) as error:
        raise StudioError(
            f"the downloaded texts cannot be read: {error}; remove {cache_folder()} and try again"
        ) from error
    unique = sorted({words_of(sentence): sentence for sentence in sorted(found, reverse=True)}.values())
    random.Random(f"speech-text-{seed}").shuffle(unique)
    return unique


def text_sources() -> list[dict[str, str]]:
    """Name, version and licence of each text package, for a corpus's ``sources``."""
    return [
        {"name": name, "version": (unpacked(name) / "VERSION").read_text("ascii"), "licence": licence}
        for name, licence in LICENCES.items()
    ]


def cache_folder() -> Path:
    """Where the texts lie between runs."""
    return Path(platformdirs.user_cache_dir("wavenet-studio")) / "speech-text"


def unpacked(package: str) -> Path:
    """A Debian package's files in the cache, downloaded first where they are not there.

    Raises StudioError where apt-get is missing or fails.
    """
    target = cache_folder() / package
    if target.exists():
        return target
    if shutil.which("apt-get") is None:
        raise StudioError(f"{package} comes from Debian and apt-get is not here; make the corpus on Debian")
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as name:
        folder = Path(name)
        _run(["apt-get", "download", package], package, folder)
        archive = next(folder.glob("*.deb"))
        _run(["dpkg-deb", "-x", archive.name, "files"], package, folder)
        version = _run(["dpkg-deb", "-f", archive.name, "Version"], package, folder)
        (folder / "files" / "VERSION").write_text(version.strip(), "ascii")
        os.replace(folder / "files", target)
    return target


def books_of(database: bytes) -> Iterator[list[str]]:
    """The lines of each book in an R lazy-load database: its character vectors, in file order.

    Records are a big-endian length and a zlib stream of R's XDR serialisation (R Internals, 1.8).
    Raises ValueError on anything else.
    """
    offset = 0
    while offset < len(database):
        (length,) = struct.unpack_from(">I", database, offset)
        stream = zlib.decompressobj()
        record = stream.decompress(database[offset + 4 :])
        if len(record) != length or not stream.eof:
            raise ValueError(f"damaged record at byte {offset}")
        lines = _character_vector(record)
        if lines is not None:
            yield lines
        offset = len(database) - len(stream.unused_data)


def _character_vector(record: bytes) -> list[str] | None:
    """The strings of a serialised R character vector; None for an R object of another type."""
    if record[:2] != b"X\n":
        raise ValueError("not R's XDR serialisation")
    (version,) = struct.unpack_from(">i", record, 2)
    offset = 14
    if version == 3:  # then the native encoding's name follows
        (length,) = struct.unpack_from(">i", record, offset)
        offset += 4 + length
    flags, count = struct.unpack_from(">ii", record, offset)
    if flags & 0xFF != _STRING_VECTOR:
        return None
    offset += 8
    lines = []
    for _ in range(count):
        flags, length = struct.unpack_from(">ii", record, offset)
        if flags & 0xFF != _STRING:
            raise ValueError(f"not a string at byte {offset}")
        offset += 8
        lines.append(record[offset : offset + max(length, 0)].decode("utf-8"))
        offset += max(length, 0)
    return lines


def _run(command: list[str], package: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise StudioError(
            f"cannot get the text package {package}: {said[-1] if said else command[0] + ' failed'}; "
            "run sudo apt-get update and try again"
        )
    return done.stdout
