"""``studio doctor``: what this machine offers, what it lacks, and what to do about it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any

from engine.cli.output import say


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "doctor",
        help="look for what is missing on this machine",
        description="Look at everything the studio depends on, and say what to do where it is missing.",
        epilog="example: ./studio doctor --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every finding. What it finds does not make the command fail."""
    from engine.library.paths import model_folders, user_folder
    from engine.setup.doctor import diagnose

    if sys.stderr.isatty():
        say("looking; starting torch and Qt takes some seconds …")
    checks = diagnose(model_folders()[0], user_folder(), start_torch=True)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(check) for check in checks]))
        return 0
    for check in checks:
        print(f"{'ok     ' if check.ok else 'MISSING'}  {check.name}: {check.detail}")
        if check.remedy:
            print(f"         {check.remedy}")
    return 0
