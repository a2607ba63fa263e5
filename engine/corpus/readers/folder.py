"""A plain folder of audio: the first sub-folder's name is each file's tag or speaker; a CSV may say more."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal, NamedTuple

from engine.corpus.readers.listing import (
    FOREIGN,
    READABLE,
    Listing,
    Recording,
    Skipped,
    files_below,
    printable,
    read_lines,
)
from engine.errors import StudioError

Labels = Literal["tags", "speakers"]
COLUMNS = ("file", "tags", "speaker")


class Row(NamedTuple):
    """What a CSV says of a file."""

    tags: tuple[str, ...]
    speaker: str | None


def read(source: Path, *, labels: Labels, table: Path | None = None) -> Listing:
    """Every audio file below ``source``; those directly in it have no label of their own.

    ``labels`` says what the names of the sub-folders are. ``table`` is a CSV with a header: ``file``
    (below ``source``), and ``tags`` (several with ; between), ``speaker``, or both; its tags join the
    sub-folder's, its speaker stands instead of it. Raises StudioError where there is no audio, and where
    the CSV cannot be read.
    """
    if not source.is_dir():
        raise StudioError(f"{source} is not a folder; give the one that holds your audio")
    rows = _rows(table) if table else {}
    recordings, skipped, named = [], [], set()
    for path in files_below(source):
        suffix = path.suffix.lower()
        if suffix in FOREIGN:
            skipped.append(Skipped(printable(path), f"{suffix} is not read; convert it to FLAC or WAV"))
        if suffix not in READABLE:
            continue
        name = printable(path.relative_to(source))
        named.add(name)
        row = rows.get(name, Row((), None))
        own = name.split("/")[:-1][:1]
        tags = [*row.tags, *own] if labels == "tags" else list(row.tags)
        speaker = row.speaker or (own[0] if own and labels == "speakers" else None)
        recordings.append(Recording(name, path, speaker=speaker, tags=tuple(sorted(set(tags)))))
    if not recordings:
        formats = ", ".join(sorted(suffix[1:] for suffix in READABLE))
        raise StudioError(f"{source} holds no audio that can be read, which is one of {formats}")
    for name in sorted(rows.keys() - named):
        skipped.append(Skipped(name, f"named in {table}, and not there"))
    about = {"name": source.resolve().name, "version": "not known", "licence": "not known: its owner's"}
    return Listing("music" if labels == "tags" else "speech", recordings, [about], skipped)


def _rows(table: Path) -> dict[str, Row]:
    reader = csv.DictReader(read_lines(table), skipinitialspace=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    if "file" not in columns or not {"tags", "speaker"} & set(columns) or not set(columns) <= set(COLUMNS):
        raise StudioError(f"{table}: its first line must be file,tags,speaker (or file and one of these)")
    rows = {}
    for fields in reader:
        if None in fields or not fields["file"]:
            raise StudioError(f"{table} line {reader.line_num}: more cells than columns, or no file")
        tags = (tag.strip() for tag in (fields.get("tags") or "").split(";"))
        name = Path(fields["file"].strip()).as_posix()
        if name in rows:
            raise StudioError(f"{table} line {reader.line_num}: {name} is named twice")
        rows[name] = Row(tuple(filter(None, tags)), (fields.get("speaker") or "").strip() or None)
    return rows
