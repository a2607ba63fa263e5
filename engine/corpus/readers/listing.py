"""What a reader finds before any audio is opened: recordings with their labels, in a fixed order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.errors import StudioError

Kind = Literal["music", "speech"]

READABLE = frozenset(
    ".aif .aifc .aiff .au .caf .flac .mp3 .nist .oga .ogg .opus .rf64 .snd .sph .voc .w64 .wav .wave".split()
)
"""Suffixes of what libsndfile reads."""
FOREIGN = frozenset(".aac .ape .m4a .m4b .mp4 .mpc .wma .wv".split())
"""Suffixes of audio that it does not read."""


class Mark(NamedTuple):
    """A stretch of a recording with a name, such as a phone."""

    name: str
    start: int
    """Samples at the file's own rate."""
    end: int


@dataclass(frozen=True)
class Recording:
    """One audio file and what is known of it."""

    name: str
    """Its own among all of the listing; the piece's id."""
    path: Path
    split: str | None = None
    """None leaves the choice to the piece's place in the corpus."""
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    phones: tuple[Mark, ...] = ()


class Skipped(NamedTuple):
    """A file that is left out."""

    file: str
    reason: str


@dataclass(frozen=True)
class Listing:
    """All that a reader found."""

    kind: Kind
    recordings: list[Recording]
    sources: list[dict[str, str]]
    """Name, version and licence of the data."""
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What else the report should say."""

    def digest(self) -> str:
        """SHA-256 over names, splits and labels: the same listing gives the same."""
        lines = [repr((r.name, r.split, r.speaker, r.tags)) for r in self.recordings]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def find_root(source: Path, depth: int, corpus: str, signs: str, is_root: Callable[[Path], bool]) -> Path:
    """``source`` or the first folder at most ``depth`` levels below it that is a corpus's root.

    ``corpus`` and ``signs`` name in errors what is looked for. Raises StudioError where there is none.
    """
    if not source.is_dir():
        raise StudioError(f"{source} is not a folder; give the one that holds {corpus}")
    level = [source]
    for _ in range(depth + 1):
        for folder in level:
            if is_root(folder):
                return folder
        level = [child for folder in level for child in sorted(folder.iterdir()) if child.is_dir()]
    raise StudioError(f"{source} is not {corpus}: it has no {signs}; give the folder that holds these")


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, sorted, without hidden ones; links to folders are not followed."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent) / name


def printable(path: Path) -> str:
    """The path with ? for bytes of its name that are no UTF-8: it can be stored and printed."""
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 text. Raises StudioError where it is missing or no such text."""
    try:
        return path.read_text("utf-8-sig").replace("\r\n", "\n").split("\n")
    except OSError as error:
        raise StudioError(f"{path}: cannot read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StudioError(f"{path}: not a UTF-8 text; save it as one") from None
