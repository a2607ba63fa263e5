"""``studio takes``: what was played and kept; to be exported, made again, deleted."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.exporting import add_encoding
from engine.cli.output import print_table, samples_bar, say, warn
from engine.errors import StudioError, suggest

if TYPE_CHECKING:
    from engine.library.take_folder import TakeFolder
    from engine.library.take_index import Row

SHORT_ID = 8
"""Letters of an id in the table; so many do to name a take."""


def add(subparsers: Any) -> None:
    """Add the command and its own commands to the argument parser."""
    parser = subparsers.add_parser(
        "takes",
        help="list the takes; export, replay or delete one",
        description="List the takes, newest first. Each goes by its id, its first letters, or its name.",
        epilog='example: ./studio takes export "Piano 3" -o piano.flac',
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    commands = parser.add_subparsers(dest="takes_command", metavar="COMMAND", title="commands")
    export = commands.add_parser(
        "export", help="write a take to an audio file", description="Write a take to an audio file."
    )
    _add_take(export)
    export.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a .wav, .flac or .ogg file"
    )
    add_encoding(export)
    export.set_defaults(run=run_export)
    replay = commands.add_parser(
        "replay",
        help="make a take again, and compare",
        description="Make a take again from its settings, and say whether it is the very same.",
    )
    _add_take(replay)
    replay.set_defaults(run=run_replay)
    delete = commands.add_parser(
        "delete", help="delete a take for good", description="Delete a take and its files. There is no undo."
    )
    _add_take(delete)
    delete.set_defaults(run=run_delete)


def run(arguments: argparse.Namespace) -> int:
    """Print all takes; what was recovered or is damaged is named on stderr."""
    with takes_at_hand() as (_, rows):
        if arguments.json:
            print(json.dumps([as_json(row) for row in rows]))
        elif rows:
            table = [
                (
                    row.id[:SHORT_ID],
                    row.name,
                    row.preset,
                    f"{row.seconds:.1f} s",
                    row.created[:19].replace("T", " "),
                    _parent(row, rows),
                    " ".join(word for word in ("starred", "exported", "recovered") if getattr(row, word)),
                )
                for row in rows
            ]
            print_table([("ID", "NAME", "PRESET", "LENGTH", "CREATED (UTC)", "PARENT", ""), *table])
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the audio file."""
    from engine.library.audio_files import check_format, write_audio

    check_format(arguments.output, arguments.encoding)
    with takes_at_hand() as (folder, rows):
        take = folder.read(find(rows, arguments.take).id)
        write_audio(arguments.output, take.samples(), take.sample_rate, arguments.encoding, take.settings())
        folder.change(take.id, exported=True)
        print(f"{arguments.output}: {take.seconds:.3f} s of {take.name!r}")
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    """Make the take again; raises StudioError where it comes out otherwise."""
    import numpy as np

    from engine.generation.backends import ENGINES, select_kernel
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.library.replay import replay

    with takes_at_hand() as (folder, rows):
        take = folder.read(find(rows, arguments.take).id)
        settings = take.as_settings()
        model = ModelLibrary(model_folders()).load(settings.preset.model)
        engine = settings.engine if settings.engine in ENGINES else "auto"
        kernel = select_kernel(model, engine, say)
        with samples_bar(take.length) as bar:
            codes = replay(settings, kernel, bar.update, settings.said(model))
        differs = np.flatnonzero(codes != take.codes)
    if not len(differs):
        print(f"{take.name}: made again, the same {take.length} samples")
        return 0
    why = [
        words
        for words, changed in (
            ("its model has changed since", model.header.hash != settings.model_hash),
            ("the engine has changed since", kernel.version != settings.kernel_version),
        )
        if changed
    ]
    first = int(differs[0])
    raise StudioError(
        f"take {take.name!r} comes out otherwise from sample {first} ({first / take.sample_rate:.3f} s) on: "
        f"{' and '.join(why) or 'model and engine are the same as then'}; the take itself stays as it is"
    )


def run_delete(arguments: argparse.Namespace) -> int:
    """Delete the take."""
    with takes_at_hand() as (folder, rows):
        row = find(rows, arguments.take)
        folder.delete(row.id)
        print(f"deleted {row.name!r}, {row.seconds:.1f} s")
    return 0


@contextmanager
def takes_at_hand() -> Iterator[tuple[TakeFolder, list[Row]]]:
    """The user's takes, newest first, once those are recovered whose program is gone."""
    from engine.library.paths import takes_folder
    from engine.library.take_folder import TakeFolder

    folder = TakeFolder(takes_folder())
    try:
        for take in folder.recover():
            say(f"recovered {take.name!r}, {take.seconds:.1f} s")
        warn(folder.problems)
        yield folder, folder.rows()
    finally:
        folder.close()


def find(rows: list[Row], name: str) -> Row:
    """The take of this id or name. Raises StudioError where there is none, or more than one."""
    found = [row for row in rows if row.id == name] or [row for row in rows if row.name == name]
    if not found and len(name) >= 4:
        found = [row for row in rows if row.id.startswith(name)]
    if not found:
        raise StudioError(f"take {name!r} is unknown; {suggest(name, [row.name for row in rows])}")
    if len(found) > 1:
        ids = " ".join(row.id[:SHORT_ID] for row in found)
        raise StudioError(f"{len(found)} takes go by {name!r}; give the id of one: {ids}")
    return found[0]


def as_json(row: Row) -> dict[str, Any]:
    """What ``takes --json`` says of one."""
    fields = (
        "id", "name", "preset", "model", "seed", "samples", "seconds", "created",
        "parent", "parent_sample", "starred", "exported", "recovered",
    )  # fmt: skip
    return {field: getattr(row, field) for field in fields}


def _parent(row: Row, rows: list[Row]) -> str:
    if not row.parent:
        return ""
    name = next((other.name for other in rows if other.id == row.parent), row.parent[:SHORT_ID])
    return f"{name}, from {row.parent_sample / row.sample_rate:.1f} s"


def _add_take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("take", metavar="TAKE", help="a take's id, the first letters of it, or its name")
