"""A finished take as files, in a folder of its own named by its id.

``take.json`` says all of it but its samples, ``codes.npy`` holds its codes, to be mapped into memory, and
``take.flac`` is for other programs; it is made from the other two wherever it is missing.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Len, MaxLen
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError, reason
from engine.files.arrays import map_array
from engine.files.documents import JSON_BYTES, parse_json
from engine.files.reading import read_whole
from engine.files.writing import replacing, write_atomically
from engine.library.audio_files import write_flac
from engine.library.takes import Settings, Take
from engine.wavenet.codes import Codes, decode
from engine.wavenet.config import STRICT, explain
from engine.wavenet.emphasis import UNFILTERED, Emphasis

DOCUMENT, CODES, SOUND, JOURNAL = "take.json", "codes.npy", "take.flac", "journal"
"""Names of the files in a take's folder; the last one only until the take has ended."""
PEAKS = 264
"""Heights of a take's picture."""
BLOCK = 65_536
"""Samples turned into sound at once."""


@checked(frozen=True, config=STRICT)
class Document:
    """What ``take.json`` holds."""

    name: Annotated[str, MaxLen(200)]
    created: Annotated[str, MaxLen(64)]
    settings: Settings
    codes: Literal["uint8", "int16"]
    """Type of the codes."""
    emphasis: tuple[float, float] = (UNFILTERED.coefficient, UNFILTERED.gain)
    """Coefficient and gain of the model's pre-emphasis."""
    starred: bool = False
    exported: bool = False
    """Whether some other file holds it."""
    recovered: bool = False
    """Whether it was put together from what a program left that ended too early."""
    group: Annotated[str, MaxLen(64)] = ""
    """Shared by takes that were made together."""
    peaks: Annotated[tuple[Annotated[int, Ge(0)], ...], Len(0, PEAKS)] = ()
    """Largest amplitudes of as many stretches of the sound, 255 for 1; none where nobody looked yet."""
    format: Literal["wavenet-studio take"] = "wavenet-studio take"
    version: Literal[1] = 1

    @classmethod
    def of(cls, take: Take) -> Document:
        """What is to be written of ``take``."""
        return cls(
            name=take.name,
            created=take.created,
            settings=take.as_settings(),
            codes="uint8" if take.codes.dtype == np.uint8 else "int16",
            emphasis=(take.emphasis.coefficient, take.emphasis.gain),
            starred=take.starred,
            recovered=take.recovered,
            group=take.group,
        )

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        left_out = set() if self.group else {"group"}
        return TypeAdapter(Document).dump_python(  # type: ignore[no-any-return]
            self, mode="json", exclude=left_out
        )

    @classmethod
    def from_json(cls, fields: Any) -> Document:
        """From a JSON value. Raises ValueError, naming the field, where it is none of ours."""
        version = fields.get("version") if isinstance(fields, dict) else None
        if isinstance(version, int) and version > 1:
            raise ValueError("a newer version of the program made it; open it with that")
        try:
            return TypeAdapter(cls).validate_json(json.dumps(fields))
        except ValidationError as error:
            raise ValueError(explain(error)) from None


class StoredTake(Take):
    """A take that lies on the disk: its codes are mapped into memory once they are wanted.

    Asking for ``codes`` raises StudioError where they are not what its settings say.
    """

    folder: Path
    exported: bool
    peaks: tuple[int, ...]
    _length: int

    @cached_property
    def codes(self) -> Codes:
        """[n_samples], a read-only np.memmap."""
        path = self.folder / CODES
        try:
            codes: Codes = map_array(path, "iu")
        except (OSError, ValueError) as error:
            raise StudioError(
                f"{path}: cannot read the samples of take {self.name!r}: {reason(error)}"
            ) from None
        if codes.shape != (self._length,) or codes.dtype not in (np.uint8, np.int16):
            raise StudioError(f"{path}: not the {self._length} samples of take {self.name!r}")
        return codes

    @property
    def length(self) -> int:
        """How many samples it has."""
        return self._length

    def changed(self, **fields: Any) -> StoredTake:
        """The same take with other ``fields``; no file is looked at."""
        twin = copy.copy(self)
        twin.__dict__.update(fields)
        return twin


def stored(folder: Path, document: Document) -> StoredTake:
    """The take in ``folder`` that ``document`` describes; no file is looked at."""
    take = object.__new__(StoredTake)
    settings = document.settings
    defaults = {
        field.name: field.default
        for field in dataclasses.fields(Take)
        if field.default is not dataclasses.MISSING
    }
    shared = {
        field.name: getattr(settings, field.name)
        for field in dataclasses.fields(Take)
        if hasattr(settings, field.name)
    }
    take.__dict__.update(
        defaults,
        **shared,
        id=folder.name,
        name=document.name,
        created=document.created,
        emphasis=Emphasis(*document.emphasis),
        starred=document.starred,
        recovered=document.recovered,
        group=document.group,
        exported=document.exported,
        peaks=document.peaks,
        folder=folder,
        _length=settings.samples,
    )
    return take


def read_document(folder: Path) -> Document:
    """What the take in ``folder`` says of itself. Raises StudioError."""
    path = folder / DOCUMENT
    try:
        return Document.from_json(parse_json(read_whole(path, JSON_BYTES)))
    except OSError as error:
        raise StudioError(f"{path}: cannot read the take: {reason(error)}") from None
    except ValueError as error:
        raise StudioError(f"{path}: not a take: {reason(error)}") from None


def write_document(folder: Path, document: Document) -> None:
    """Let ``folder`` hold this. Raises StudioError; the old one then stays."""
    text = json.dumps(document.to_json(), separators=(",", ":"))
    write_atomically(folder / DOCUMENT, text.encode())


def write_codes(folder: Path, kind: np.dtype[Any], samples: int, blocks: Iterable[Codes]) -> None:
    """Let ``folder`` hold ``samples`` codes, which come part by part. Raises StudioError."""
    header = {"descr": kind.newbyteorder("<").str, "fortran_order": False, "shape": (samples,)}
    with replacing(folder / CODES) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(block.astype(kind.newbyteorder("<"), copy=False).tobytes())


def sound_of(take: Take) -> Iterator[NDArray[np.float32]]:
    """How a take sounds, part by part: [n_samples] float32 in ±1."""
    filtered = take.deemphasis()
    for start in range(0, take.length, BLOCK):
        yield filtered(decode(take.codes[start : start + BLOCK]))


class _StoppedError(Exception):
    """There is no time left."""


def write_sound(take: StoredTake, stopped: Callable[[], bool]) -> tuple[int, ...]:
    """Write what other programs play; returns the take's ``Document.peaks``, none where it was ``stopped``.

    Raises StudioError.
    """
    peaks = _Peaks(take.length)

    def watched() -> Iterator[NDArray[np.float32]]:
        for block in sound_of(take):
            if stopped():
                raise _StoppedError
            peaks.add(block)
            yield block

    try:
        write_flac(take.folder / SOUND, watched(), take.sample_rate, take.settings())
    except _StoppedError:
        return ()
    return peaks.values()


def peaks_of(take: Take) -> tuple[int, ...]:
    """As in ``Document.peaks``. Raises StudioError where its samples cannot be read."""
    peaks = _Peaks(take.length)
    for block in sound_of(take):
        peaks.add(block)
    return peaks.values()


class _Peaks:
    """The largest amplitudes of as many stretches of a sound of so many samples."""

    def __init__(self, length: int) -> None:
        self._length, self._done = length, 0
        self._heights = np.zeros(min(PEAKS, length), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """The sound goes on with [n] samples."""
        place = self._done + np.arange(len(block), dtype=np.int64)
        np.maximum.at(self._heights, place * len(self._heights) // self._length, np.abs(block))
        self._done += len(block)

    def values(self) -> tuple[int, ...]:
        """0…255 each."""
        return tuple(int(height) for height in np.rint(255.0 * np.clip(self._heights, 0.0, 1.0)))
