"""``studio score``: how well a model foresees a recording."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from engine.cli.options import add_device, add_vector, read_vector
from engine.cli.output import samples_bar, say, warn
from engine.cli.parser import add_condition, add_engine, add_frames

BLOCK = 2048
"""Samples at a time, so that a recording of any length needs no more memory: 2 MB of outputs."""

EPILOG = """\
example: ./studio score speech recording.wav --speaker slt

Fewer bits are better: 8 is guessing blindly (16 where a model's samples have 16 bits, so that only models
of one kind compare). Compare speakers, tags or frames on one recording."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "score",
        help="bits per sample of a recording under a model",
        description="How many bits the model needs for each sample of a recording, on average.",
        epilog=EPILOG,
    )
    parser.add_argument("model", metavar="MODEL", help="name, or a .safetensors file")
    parser.add_argument("audio", type=Path, metavar="AUDIO", help="the recording; mixed to mono, resampled")
    add_condition(parser)
    add_vector(parser)
    add_frames(parser)
    add_engine(parser)
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Feed the recording to the model and print the mean of -log2 p."""
    from engine.generation.backends import select_kernel
    from engine.generation.conditions import StreamConditions
    from engine.generation.generator import Generator
    from engine.library.audio_files import read_audio
    from engine.library.frames import doubts, read_condition
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.wavenet.conditioning import condition_inputs
    from engine.wavenet.config import GenerationParams
    from engine.wavenet.distributions import bits_of
    from engine.wavenet.emphasis import codes_of

    model = ModelLibrary(model_folders()).load(arguments.model)
    local = read_condition(arguments.condition, model)[0] if arguments.condition else None
    codes = codes_of(model.config, read_audio(arguments.audio, model.config.sample_rate))
    params = GenerationParams(
        speaker=arguments.speaker,
        tags=tuple(dict(arguments.tag).items()),
        vector=read_vector(arguments.vector, model),
    )
    condition_inputs(model.config, params)  # an unknown name is told before anything is compiled
    warn(doubts(model, local, len(codes)))
    kernel = select_kernel(model, arguments.engine, say, arguments.device)
    generator = Generator(kernel, params, seed=0, conditions=StreamConditions(local))
    total = 0.0
    with samples_bar(len(codes)) as bar:
        for start in range(0, len(codes), BLOCK):
            block = codes[start : start + BLOCK]
            total += float(bits_of(model.config, generator.score(block), block).sum())
            bar.update(len(block))
    mean = total / len(codes)
    if arguments.json:
        print(json.dumps({"bits_per_sample": mean, "samples": len(codes)}))
    else:
        seconds = len(codes) / model.config.sample_rate
        print(f"{mean:.4f} bits per sample over {len(codes)} samples ({seconds:.2f} s)")
    return 0
