"""``studio models``: which models there are and what they know."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from engine.cli.output import print_table, warn

if TYPE_CHECKING:
    from engine.wavenet.model_file import Header


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "models",
        help="list the models",
        description="List the models, with the tags and speakers that each knows.",
        epilog="example: ./studio models --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all models; broken files are named on stderr."""
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.music.condition import plays_scores

    library = ModelLibrary(model_folders())
    warn(library.problems)
    headers = [entry.header for entry in library.headers()]
    if arguments.json:
        print(json.dumps([as_json(header) for header in headers]))
        return 0
    rows = [
        (h.name, h.config.size, f"{h.weights:,}", f"{h.config.sample_rate} Hz", _field(h), h.licence)
        for h in headers
    ]
    print_table([("MODEL", "SIZE", "WEIGHTS", "RATE", "RECEPTIVE FIELD", "LICENCE"), *rows])
    for header in headers:
        if plays_scores(header.config):
            print(f"\n{header.name} plays scores: ./studio render PRESET --score FILE.mid")
        for kind, names in (("tags", header.config.tags), ("speakers", header.config.speakers)):
            if names:
                print(f"\n{kind} of {header.name}: {', '.join(names)}")
    return 0


def as_json(header: Header) -> dict[str, Any]:
    """What ``models --json`` says of one model."""
    from engine.music.condition import plays_scores

    config = header.config
    return {
        "name": header.name,
        "size": config.size,
        "weights": header.weights,
        "rate": config.sample_rate,
        "receptive_field": config.receptive_field,
        "tags": list(config.tags),
        "speakers": list(config.speakers),
        "plays_scores": plays_scores(config),
    }


def _field(header: Header) -> str:
    samples = header.config.receptive_field
    return f"{samples:,} samples, {samples / header.config.sample_rate:.2f} s"
