"""``studio devices``: where sound can go."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from engine.cli.output import print_table, warn


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "devices",
        help="list the audio outputs",
        description="List the audio outputs.",
        epilog="example: ./studio devices --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all outputs, the default one marked."""
    from engine.stream.output.portaudio import list_devices

    devices = list_devices()
    if not devices:
        warn(["there is no audio output; the app runs without sound, and render needs none"])
    if arguments.json:
        print(json.dumps([dataclasses.asdict(device) for device in devices]))
    elif devices:
        rows = [
            (d.name, d.host_api, str(d.channels), f"{d.default_rate:g} Hz", "default" if d.is_default else "")
            for d in devices
        ]
        print_table([("DEVICE", "HOST API", "CHANNELS", "RATE", ""), *rows])
    return 0
