"""``studio import``: a model made by another program as one of ours."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from engine.cli.output import say, warn
from engine.errors import StudioError

EPILOG = """\
example: ./studio import r9y9 checkpoint_latest_ema.pth --hparams hparams.json -o voice.safetensors
         ./studio render voice.safetensors --condition mel.npy -o out.wav

r9y9 is github.com/r9y9/wavenet_vocoder; --hparams is the JSON preset that the model was trained with."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "import",
        help="bring in a model that another program made",
        description="Bring in a model that another program made.",
        epilog=EPILOG,
    )
    parser.add_argument("format", choices=("r9y9",), help="the program that wrote the checkpoint")
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="the .pth file")
    parser.add_argument("--hparams", type=Path, required=True, metavar="FILE", help="its preset, JSON")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=".safetensors; an old one is replaced",
    )
    parser.add_argument("--name", help="the model's name (default: the output file's)")
    parser.add_argument(
        "--speakers",
        type=speaker_names,
        metavar="A,B,C",
        help="names of its speakers, in its own order (default: speaker0, speaker1, …)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, reshape, save, and say what it is."""
    if importlib.util.find_spec("torch") is None:
        raise StudioError("import needs torch, and this is a --light set-up: run ./studio --full once")
    from engine.importing.r9y9 import import_r9y9
    from engine.library.models import SUFFIX
    from engine.wavenet.model_file import save_model

    if arguments.output.suffix != SUFFIX:
        raise StudioError(f"{arguments.output}: a model file's name ends in {SUFFIX}")
    name = arguments.output.stem if arguments.name is None else arguments.name.strip()
    if not name:
        raise StudioError("--name: a model needs a name")
    imported = import_r9y9(arguments.checkpoint, arguments.hparams, arguments.speakers)
    header = save_model(
        arguments.output,
        name=name,
        config=imported.config,
        weights=imported.weights,
        card=imported.card,
        precise=True,
    )
    if imported.taken:
        say(imported.taken)
    warn(imported.notes)
    config = header.config
    print(
        f"{arguments.output}: {name}, {config.layers} layers, {header.weights:,} weights, "
        f"{config.sample_rate} Hz, {config.output} output"
    )
    if config.local is not None:
        width, hop = config.local.channels, config.local.hop
        say(f"it takes frames (--condition) of {width} features, {hop} samples each")
    if config.speakers:
        say(f"its speakers: {', '.join(config.speakers)}")
    return 0


def speaker_names(text: str) -> tuple[str, ...]:
    """``a,b,c`` as names."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names) or len(set(names)) != len(names):
        raise argparse.ArgumentTypeError(f"{text!r}: give distinct names with commas between them")
    return names
