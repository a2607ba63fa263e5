"""How a file is written: depth, rate, loudness, fades, part and title, for every command that exports."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.parser import number, whole

if TYPE_CHECKING:
    from engine.library.export import ExportOptions

LONGEST = 86_400.0
"""Seconds."""


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """Add --encoding."""
    parser.add_argument(
        "--encoding",
        "--depth",
        choices=("16", "24", "float"),
        default="16",
        help="bits per sample in the file, or float (default 16)",
    )


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add what ``export_options`` reads."""
    add_encoding(parser)
    parser.add_argument(
        "--rate",
        type=whole(4_000, 192_000),
        metavar="HZ",
        help="of the file, such as 48000 (default: the model's own)",
    )
    parser.add_argument(
        "--lufs",
        type=number(-60.0, -5.0),
        metavar="LOUDNESS",
        help="bring it to this integrated loudness, such as -16, or as near as true peaks of -1 dB allow",
    )
    seconds = number(0.0, LONGEST)
    for name, text in (
        ("--fade-in", "fade in over the first SECONDS of the file"),
        ("--fade-out", "fade out over its last"),
        ("--start", "write what comes after SECONDS only"),
        ("--end", "write what comes before SECONDS only"),
    ):
        parser.add_argument(name, type=seconds, metavar="SECONDS", help=text)
    for name in ("--title", "--artist", "--comment"):
        parser.add_argument(name, default="", metavar="TEXT", help=f"{name[2:]} in the file, for players")


def export_options(arguments: argparse.Namespace) -> ExportOptions:
    """What the options say."""
    from engine.library.export import ExportOptions

    return ExportOptions(
        encoding=arguments.encoding,
        rate=arguments.rate,
        lufs=arguments.lufs,
        fade_in=arguments.fade_in or 0.0,
        fade_out=arguments.fade_out or 0.0,
        start=arguments.start or 0.0,
        end=arguments.end,
        title=arguments.title,
        artist=arguments.artist,
        comment=arguments.comment,
    )


def output_paths(path: Path, takes: int | None) -> list[Path]:
    """The file, or with --takes as many numbered ones: ``out-1.wav`` and on."""
    if takes is None:
        return [path]
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, takes + 1)]
