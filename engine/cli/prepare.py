"""``studio prepare``: compile the engine ahead, so that the first sound need not wait for it."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.output import say, warn


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "prepare",
        help="compile the engine for this computer now",
        description="Compile the engine for every installed model. It is done by itself as well: in the "
        "background after a set-up, else when a model is first played.",
        epilog="example: ./studio prepare music",
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="only these (default: all)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make each model's kernel once. Broken and unknown models are named on stderr, and fail the command."""
    from engine.errors import StudioError
    from engine.generation.backends import select_kernel
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders

    library = ModelLibrary(model_folders())
    problems = [] if arguments.models else list(library.problems)
    for name in arguments.models or [entry.header.name for entry in library.headers()]:
        try:
            kernel = select_kernel(library.load(name), progress=say)
        except StudioError as error:
            problems.append(str(error))
        else:
            print(f"{name}: ready on engine {kernel.name}")
    warn(problems)
    return 1 if problems else 0
