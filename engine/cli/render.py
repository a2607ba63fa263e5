"""``studio render``: a preset to an audio file, without the window."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import samples_bar, say
from engine.cli.parser import MAX_SEED, add_condition, add_engine, number, whole
from engine.errors import StudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.checkpoint import ModelFile
    from engine.library.presets import Preset

MAX_SECONDS = 3600.0
EPILOG = """\
examples:
  ./studio render piano -o piano.wav --seconds 5 --seed 1
  ./studio render piano -o piano.flac --tag sad=1 --tag minor=1 --temperature 0.9 --takes 4

The same seed, preset and options give the same file again, byte for byte."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "render",
        help="play a preset into an audio file",
        description="Play a preset into an audio file; its settings are written inside.",
        epilog=EPILOG,
    )
    parser.add_argument("preset", metavar="PRESET", help="name or id; ./studio presets lists them")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=".wav, .flac or .ogg; an old one is replaced",
    )
    parser.add_argument(
        "--seconds", type=number(0.001, MAX_SECONDS), default=10.0, help="how long (default 10)"
    )
    parser.add_argument(
        "--seed", type=whole(0, MAX_SEED), help="default: the preset's, else a new one, which is told"
    )
    parser.add_argument("--temperature", type=number(0.0, 4.0), help="0 to 4: how daring; 1 is as learnt")
    parser.add_argument("--top-k", type=whole(0, 256), help="draw from the k likeliest values; 0 is all")
    parser.add_argument(
        "--top-p",
        type=number(0.0, 1.0, above=True),
        help="draw from the likeliest values, this much in all",
    )
    add_condition(parser)
    parser.add_argument("--prime", type=Path, metavar="AUDIO", help="go on from the end of this recording")
    parser.add_argument(
        "--takes", type=whole(1, 100), help="so many files, FILE-1 and on, of this seed and the next ones"
    )
    parser.add_argument(
        "--encoding",
        choices=("16", "24", "float"),
        default="16",
        help="bits per sample in the file (default 16)",
    )
    add_engine(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Generate, write, and say what was written."""
    from engine.conditioning import condition_inputs
    from engine.kernels.select import select_kernel
    from engine.library.audiofile import check_format, write_audio
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders, preset_folders
    from engine.library.presets import SEED_LIMIT, PresetLibrary, new_seed
    from engine.library.takes import Settings, pack_codes, replay
    from engine.mulaw import decode

    # Whatever can be wrong is found before minutes are spent on samples.
    check_format(arguments.output, arguments.encoding)
    check_folder(arguments.output)
    preset = adjusted(PresetLibrary(preset_folders()).find(arguments.preset), arguments)
    model = ModelLibrary(model_folders()).load(preset.model)
    condition_inputs(model.config, preset.params())
    prime = read_prime(arguments.prime, model)
    kernel = select_kernel(model, arguments.engine, say)
    seed = next(s for s in (arguments.seed, preset.seed, new_seed()) if s is not None)
    rate = model.config.sample_rate
    for index, path in enumerate(output_paths(arguments.output, arguments.takes)):
        settings = Settings(
            preset=preset,
            seed=(seed + index) % SEED_LIMIT,
            engine=kernel.name,
            kernel_version=kernel.version,
            model=model.header.name,
            model_hash=model.header.hash,
            sample_rate=rate,
            samples=round(arguments.seconds * rate),
            prime=pack_codes(prime),
        )
        started = time.perf_counter()
        with samples_bar(len(prime) + settings.samples) as bar:
            samples = decode(replay(settings, kernel, bar.update))
        speed = (len(prime) + len(samples)) / rate / (time.perf_counter() - started)
        write_audio(path, samples, rate, arguments.encoding, settings.to_json())
        print(
            f"{path}: {len(samples) / rate:.3f} s, seed {settings.seed}, {kernel.name} engine, "
            f"{speed:.2f} times real time",
            flush=True,
        )
    return 0


def adjusted(preset: Preset, arguments: argparse.Namespace) -> Preset:
    """The preset with what the command line says otherwise; --tag adds to its tags, or changes them."""
    from engine.config import GenerationParams

    own = preset.params()
    params = GenerationParams(
        temperature=own.temperature if arguments.temperature is None else arguments.temperature,
        top_k=own.top_k if arguments.top_k is None else arguments.top_k,
        top_p=own.top_p if arguments.top_p is None else arguments.top_p,
        speaker=own.speaker if arguments.speaker is None else arguments.speaker,
        tags=tuple({**preset.tags, **dict(arguments.tag)}.items()),
    )
    return preset.with_params(params)


def read_prime(path: Path | None, model: ModelFile) -> NDArray[np.uint8]:
    """The end of a recording, as much as the model can hear of it: mu-law [n]; empty without one."""
    import numpy as np

    from engine.library.audiofile import read_audio
    from engine.mulaw import encode

    if path is None:
        return np.empty(0, dtype=np.uint8)
    samples = read_audio(path, model.config.sample_rate)
    return encode(samples[-model.config.receptive_field :])


def output_paths(path: Path, takes: int | None) -> list[Path]:
    """The file, or with --takes as many numbered ones: ``out-1.wav`` and on."""
    if takes is None:
        return [path]
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, takes + 1)]


def check_folder(path: Path) -> None:
    """Raise StudioError where no file can be written at ``path``."""
    if not path.parent.is_dir():
        raise StudioError(f"{path}: there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise StudioError(f"{path} is a folder; give the name of a file")
    if not os.access(path.parent, os.W_OK):
        raise StudioError(f"{path}: the folder {path.parent} is read-only; give another")
