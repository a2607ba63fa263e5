"""The journal of a take that is being made: only ever appended to, and readable to its last whole record.

A line of JSON heads the file, and a line each record: ``CRC-32 JSON``. A record's codes come after its line,
lowest byte first, and a line break. The checksum is over the JSON and the codes, so that a torn or damaged
end is recognised; what stands before it is the take. A record may begin before the end of what came earlier:
those samples were taken back.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import TypeAdapter, ValidationError

from engine.errors import StudioError, reason
from engine.files.documents import parse_json
from engine.files.reading import open_ordinary
from engine.library.control_events import ControlEvent
from engine.library.recordings import unpack_steps
from engine.library.spoken_texts import PackedSaying, Saying
from engine.wavenet.codes import Codes

FORMAT = "wavenet-studio journal"
VERSION = 1
KINDS = ("uint8", "int16")
"""Types of codes."""
MOST_LINE = 1 << 26
"""Bytes of a line: a head holds a score or a recording."""
MOST_CODES = 1 << 22
"""Samples of a record."""

_EVENTS: TypeAdapter[list[ControlEvent]] = TypeAdapter(list[ControlEvent])
_SAYINGS: TypeAdapter[list[PackedSaying]] = TypeAdapter(list[PackedSaying])


class Record(NamedTuple):
    """What happened to a take since the record before."""

    start: int
    """The first sample of ``codes``; what was after it no longer is."""
    codes: Codes
    keep: int
    """How many of the events still hold."""
    events: tuple[ControlEvent, ...]
    """Those that came."""
    sayings: tuple[Saying, ...] = ()
    """What was going to be said, where a text is; in order."""


class Span(NamedTuple):
    """Samples of the take that lie together in the file."""

    first: int
    length: int
    offset: int
    """Of the first one's byte in the file."""


@dataclass(frozen=True)
class Journal:
    """What a journal says, as far as it can be trusted."""

    path: Path
    head: dict[str, Any]
    """As it was given to ``JournalWriter``."""
    kind: np.dtype[Any]
    spans: tuple[Span, ...]
    """In order, without gaps, from sample 0 on."""
    events: tuple[ControlEvent, ...]
    """Those that bear on a sample that there is."""
    sayings: tuple[Saying, ...] = ()
    """What was going to be said, where a text was; in order."""

    @property
    def samples(self) -> int:
        """How many there are."""
        return self.spans[-1].first + self.spans[-1].length if self.spans else 0

    def blocks(self) -> Iterator[Codes]:
        """The codes, part by part. Raises OSError."""
        with self.path.open("rb") as file:
            for span in self.spans:
                file.seek(span.offset)
                raw = file.read(span.length * self.kind.itemsize)
                yield np.frombuffer(raw, self.kind.newbyteorder("<")).astype(self.kind)

    def codes(self) -> Codes:
        """All of them, in memory. Raises OSError."""
        return np.concatenate([np.empty(0, self.kind), *self.blocks()])


class JournalWriter:
    """Writes a journal. For one thread; every method raises OSError where the disk refuses."""

    def __init__(self, path: Path, kind: np.dtype[Any], head: dict[str, Any] | None = None) -> None:
        """Begin the file ``path``, which must not exist, with what is known of the take.

        Without ``head`` go on with a file of which every record is whole.
        """
        self.path = path
        self._kind = kind.newbyteorder("<")
        self._file = path.open("ab" if head is None else "xb", buffering=0)
        self._end = self._file.seek(0, os.SEEK_END)
        self._dirty = False
        if head is not None:
            fields = {"format": FORMAT, "version": VERSION, "codes": kind.name, "head": head}
            try:
                self._append(_line(fields, b""))
            except OSError:
                self._file.close()
                raise

    def write(self, record: Record) -> None:
        """Append a record; where that fails, the file ends with the one before."""
        raw = record.codes.astype(self._kind, copy=False).tobytes()
        fields = {
            "start": record.start,
            "count": len(record.codes),
            "keep": record.keep,
            "events": _EVENTS.dump_python(list(record.events), mode="json"),
        }
        if record.sayings:
            packed = [PackedSaying.of(saying) for saying in record.sayings]
            fields["sayings"] = _SAYINGS.dump_python(packed, mode="json")
        self._append(_line(fields, raw) + raw + b"\n")

    def sync(self) -> None:
        """Have all of it on the disk, if it is not."""
        if self._dirty:
            self._dirty = False
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Can be called twice."""
        self._file.close()

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise
        self._end += len(data)
        self._dirty = True


def read_journal(path: Path) -> Journal | None:
    """What the journal ``path`` says; None where not even its head was written to the end.

    Raises StudioError where it cannot be read, or its head is damaged or of another version.
    """
    try:
        with open_ordinary(path) as file:
            head = file.readline(MOST_LINE)
            if not head.endswith(b"\n") and len(head) < MOST_LINE:
                return None
            return _read(path, file, head)
    except OSError as error:
        raise StudioError(f"{path}: cannot read the journal of a take: {reason(error)}") from None
    except ValueError as error:
        raise StudioError(f"{path}: not the journal of a take: {reason(error)}") from None


def _read(path: Path, file: BufferedReader, first: bytes) -> Journal:
    fields, checksum = _parse(first)
    if fields.get("format") != FORMAT:
        raise ValueError("it does not begin as one")
    if fields.get("version") != VERSION:
        raise ValueError("a newer version of the program made it; open it with that")
    head, kind = fields.get("head"), fields.get("codes")
    if checksum != 0 or not isinstance(head, dict) or kind not in KINDS:
        raise ValueError("its head is damaged")
    dtype = np.dtype(kind)
    spans: list[Span] = []
    events: list[ControlEvent] = []
    sayings: list[Saying] = []
    try:
        while line := file.readline(MOST_LINE):
            sayings += _take_up(file, line, dtype, spans, events)
    except ValueError:
        pass  # the end of what can be trusted
    samples = spans[-1].first + spans[-1].length if spans else 0
    return Journal(
        path, head, dtype, tuple(spans), tuple(e for e in events if e.sample < samples), tuple(sayings)
    )


def _take_up(
    file: BufferedReader, line: bytes, kind: np.dtype[Any], spans: list[Span], events: list[ControlEvent]
) -> list[Saying]:
    """Let a record hold; returns its sayings. Raises ValueError, changing nothing, where it is not whole."""
    fields, _ = _parse(line)
    start, count, keep = (fields.get(name) for name in ("start", "count", "keep"))
    if type(start) is not int or type(count) is not int or type(keep) is not int:
        raise ValueError("no record")
    made = spans[-1].first + spans[-1].length if spans else 0
    if not (0 <= start <= made and 0 <= count <= MOST_CODES and 0 <= keep <= len(events)):
        raise ValueError("it does not follow on what comes before")
    offset = file.tell()
    raw = file.read(count * kind.itemsize + 1)
    if len(raw) != count * kind.itemsize + 1 or raw[-1:] != b"\n":
        raise ValueError("torn")
    if zlib.crc32(raw[:-1], _crc(line)) != _stated(line):
        raise ValueError("damaged")
    try:
        came = _EVENTS.validate_json(json.dumps(fields.get("events")))
        packed = _SAYINGS.validate_json(json.dumps(fields.get("sayings", [])))
        sayings = [Saying(one.first, unpack_steps(one.frames), one.words) for one in packed]
    except (ValidationError, StudioError) as error:
        raise ValueError("no events") from error
    while spans and spans[-1].first >= start:
        spans.pop()
    if spans and spans[-1].first + spans[-1].length > start:
        spans[-1] = spans[-1]._replace(length=start - spans[-1].first)
    if count:
        spans.append(Span(start, count, offset))
    events[keep:] = came
    return sayings


def _line(fields: dict[str, Any], raw: bytes) -> bytes:
    text = json.dumps(fields, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(raw, zlib.crc32(text)), text)


def _parse(line: bytes) -> tuple[dict[str, Any], int]:
    """The fields of a line, and how far its own checksum is off: 0 where no codes belong to it."""
    fields = parse_json(line[9:-1]) if line.endswith(b"\n") and line[8:9] == b" " else None
    if not isinstance(fields, dict):
        raise ValueError("no line of a journal")
    return fields, _stated(line) ^ _crc(line)


def _stated(line: bytes) -> int:
    return int(line[:8], 16)


def _crc(line: bytes) -> int:
    return zlib.crc32(line[9:-1])
