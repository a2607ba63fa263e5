"""``studio presets``: what there is to play."""

from __future__ import annotations

import argparse
import json
from typing import Any

from engine.cli.output import print_table, warn


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "presets",
        help="list the presets",
        description="List the presets, yours included.",
        epilog="example: ./studio presets --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all presets; broken files are named on stderr."""
    from engine.library.paths import preset_folders
    from engine.library.presets import PresetLibrary

    library = PresetLibrary(preset_folders())
    warn(library.problems)
    presets = library.presets()
    if arguments.json:
        fields = ("name", "id", "category", "model", "speaker", "tags")
        print(json.dumps([{field: getattr(preset, field) for field in fields} for preset in presets]))
    else:
        rows = [(preset.id, preset.category, preset.name, preset.description) for preset in presets]
        print_table([("PRESET", "CATEGORY", "NAME", "DESCRIPTION"), *rows])
    return 0
