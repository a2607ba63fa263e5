"""What takes there are, in one file: a copy of what the takes' own files say, read where those changed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.files.documents import JSON_BYTES, parse_json
from engine.files.reading import read_whole
from engine.files.writing import write_atomically
from engine.library.take_files import DOCUMENT, Document, read_document
from engine.wavenet.config import STRICT

INDEX = "index.json"


@checked(frozen=True, config=STRICT)
class Row:
    """What a list of takes tells of one."""

    id: str
    name: str
    preset: str
    """Its preset's name."""
    model: str
    seed: int
    samples: Annotated[int, Gt(0)]
    sample_rate: Annotated[int, Gt(0)]
    created: str
    parent: str
    """Id of the take that it branched off; empty for none."""
    parent_sample: Annotated[int, Ge(0)]
    starred: bool
    exported: bool
    recovered: bool
    stamp: tuple[int, int]
    """When its file was written, in ns, and its size: another one is read again."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples / self.sample_rate


@checked(frozen=True, config=STRICT)
class _Index:
    rows: tuple[Row, ...]
    version: Literal[1] = 1


class TakeIndex:
    """The takes in a folder. For one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = {row.id: row for row in self._read()}
        self.problems: list[str] = []
        """What could not be read, one line each."""

    def rows(self) -> list[Row]:
        """All takes, newest first, as they are now. Raises OSError where the folder cannot be read."""
        found, self.problems = {}, []
        for folder in self._folder.iterdir():
            try:
                status = (folder / DOCUMENT).stat()
            except OSError:  # still being made, or somebody else's
                continue
            if not folder.name.isalnum():
                continue
            stamp = (status.st_mtime_ns, status.st_size)
            row = self._rows.get(folder.name)
            if row is None or row.stamp != stamp:
                try:
                    row = _row(folder.name, read_document(folder), stamp)
                except StudioError as error:
                    self.problems.append(str(error))
                    continue
            found[folder.name] = row
        if found != self._rows:
            self._rows = found
            self._write()
        return sorted(found.values(), key=lambda row: (row.created, row.id), reverse=True)

    def _read(self) -> tuple[Row, ...]:
        try:
            text = read_whole(self._folder / INDEX, JSON_BYTES)
            return TypeAdapter(_Index).validate_json(json.dumps(parse_json(text))).rows
        except (OSError, ValueError, ValidationError):  # it is only a copy
            return ()

    def _write(self) -> None:
        fields: dict[str, Any] = TypeAdapter(_Index).dump_python(
            _Index(tuple(self._rows.values())), mode="json"
        )
        with contextlib.suppress(StudioError):  # a full disk: the next start reads the takes' own files
            write_atomically(self._folder / INDEX, json.dumps(fields, separators=(",", ":")).encode())


def _row(name: str, document: Document, stamp: tuple[int, int]) -> Row:
    settings = document.settings
    return Row(
        id=name,
        name=document.name,
        preset=settings.preset.name,
        model=settings.model,
        seed=settings.seed,
        samples=settings.samples,
        sample_rate=settings.sample_rate,
        created=document.created,
        parent=settings.parent,
        parent_sample=settings.parent_sample,
        starred=document.starred,
        exported=document.exported,
        recovered=document.recovered,
        stamp=stamp,
    )
