"""The models at hand: what we ship and what the user has added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.errors import StudioError, shortened, suggest
from engine.wavenet.model_file import Header, ModelFile, load_model, read_header

SUFFIX = ".safetensors"


@dataclass(frozen=True)
class ModelEntry:
    """A model file and what it says of itself; its weights are not loaded."""

    path: Path
    header: Header


class _Loaded(NamedTuple):
    """A model file as it was read."""

    path: Path
    stamp: tuple[int, ...] | None
    model: ModelFile


class ModelLibrary:
    """The model files of some folders, the factory's first.

    A file that cannot be used is named in ``problems``, one line each, and the rest loads.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        broken: dict[Path, str] = {}
        found: dict[str, ModelEntry] = {}
        for folder in folders:
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                try:
                    entry = ModelEntry(path, read_header(path))
                except StudioError as error:
                    broken[path] = str(error)
                    continue
                first = found.setdefault(entry.header.name, entry)
                if first is not entry:
                    broken[path] = (
                        f"{path}: named {entry.header.name!r} as {first.path} is; only that one is used"
                    )
        self._latest: _Loaded | None = None
        self.problems = list(broken.values())
        self._broken = broken
        self._entries = sorted(found.values(), key=lambda entry: entry.header.name.casefold())

    def headers(self) -> list[ModelEntry]:
        """All usable models, by name."""
        return list(self._entries)

    def find(self, name: str) -> ModelEntry:
        """The model with this name; a name that ends in ``.safetensors`` is a file anywhere.

        Raises StudioError with the nearest names where there is none, or on a broken file.
        """
        if name.endswith(SUFFIX):
            path = Path(name)
            return ModelEntry(path, read_header(path))
        for entry in self._entries:
            if entry.header.name == name:
                return entry
        for path, reason in self._broken.items():
            if path.stem == name:
                raise StudioError(reason)
        known = [entry.header.name for entry in self._entries]
        raise StudioError(f"model {shortened(name)!r} is not installed; {suggest(name, known)}")

    def load(self, name: str) -> ModelFile:
        """The model with its weights: the one that was asked for last is not read again if nobody touched it.

        Raises StudioError as ``find`` does, and on bad weights.
        """
        path = self.find(name).path
        stamp, latest = _stamp(path), self._latest
        if latest is None or stamp is None or (latest.path, latest.stamp) != (path, stamp):
            latest = self._latest = _Loaded(path, stamp, load_model(path))
        return latest.model


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes with a file; None where it cannot be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
