"""``studio bench``: the speed of every engine on the models that are here."""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
from typing import Any

EPILOG = """\
example:
  ./studio bench music --json

One core. The machine should have nothing else to do: close other programs first."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the engines' speed",
        description="Time the CPU kernel beside torch stepping the same weights, in one run.",
        epilog=EPILOG,
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names or files (default: all models)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from tqdm import tqdm

    from engine.bench import measure
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders

    library = ModelLibrary(model_folders())
    names = arguments.models or [entry.header.name for entry in library.headers()]
    engines = ["cpu"]
    if importlib.util.find_spec("torch") is not None:
        engines.append("reference")
    speeds = []
    for name in tqdm(names, unit="model"):
        model = library.load(name)
        speeds += [measure(model, engine, seconds=2.0) for engine in engines]
    if arguments.json:
        print(json.dumps([dataclasses.asdict(speed) for speed in speeds]))
        return 0
    slowest = {speed.model: speed.microseconds for speed in speeds if speed.engine == "reference"}
    for speed in speeds:
        ratio = slowest.get(speed.model, speed.microseconds) / speed.microseconds
        print(
            f"{speed.model} ({speed.size}), {speed.engine} {speed.version}: {speed.microseconds:.1f} µs a "
            f"sample, {speed.real_time_factor:.2f} times real time, {ratio:.0f} times torch's step"
        )
        if speed.limit is not None:
            print(
                f"  {speed.share:.0%} of what the weights alone allow: {speed.limit.microseconds:.1f} µs a "
                f"sample, {speed.limit.gigabytes:.0f} GB/s, {speed.limit.gigaflops:.0f} GFLOP/s"
            )
    return 0
