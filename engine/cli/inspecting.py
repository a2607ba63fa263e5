"""``studio inspect``: what a model's layers do, measured and drawn."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.options import add_vector, read_vector
from engine.cli.output import samples_bar, say, warn
from engine.cli.parser import add_condition, add_engine, add_frames, number
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.analysis.inspection import Inspection, Sound
    from engine.generation.conditions import LocalCondition
    from engine.wavenet.config import GenerationParams
    from engine.wavenet.model_file import ModelFile

LONGEST_S = 5.0
KINDS = (".html", ".png", ".json")

EPILOG = """\
example: ./studio inspect music -o music.html
         ./studio inspect voices --audio hello.wav --speaker heart -o heart.json

Contributions, frequency responses and receptive field, as docs/inside.md explains them; .json holds the
numbers, .png the pictures, .html both. Nothing in it depends on when or where it is made."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "inspect",
        help="look inside a model: what each layer contributes, and which frequencies it lets through",
        description="Look inside a model: contributions of its layers, their frequency responses, and how "
        "far back it looks.",
        epilog=EPILOG,
    )
    parser.add_argument("model", metavar="MODEL", help="name, or a .safetensors file")
    parser.add_argument(
        "--audio",
        type=Path,
        metavar="FILE",
        help="the sound to look into it with; models that are told speech features get this recording's "
        "(default: what the model makes by itself with seed 0)",
    )
    parser.add_argument(
        "--seconds",
        type=number(0.1, LONGEST_S),
        default=2.0,
        help=f"of the sound, 0.1 to {LONGEST_S:g} (default 2)",
    )
    parser.add_argument(
        "--start",
        type=number(0.0, 86_400.0),
        default=0.0,
        metavar="SECONDS",
        help="of --audio, where to begin",
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=".html, .png or .json; replaced"
    )
    add_condition(parser)
    add_vector(parser)
    add_frames(parser)
    add_engine(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, write the file, and say the main figures."""
    from engine.analysis.inspection import inspect, work
    from engine.analysis.network import LayerNetwork
    from engine.files.writing import write_atomically
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.wavenet.conditioning import condition_inputs
    from engine.wavenet.config import GenerationParams

    check_output(arguments.output)
    model = ModelLibrary(model_folders()).load(arguments.model)
    params = GenerationParams(
        speaker=arguments.speaker,
        tags=tuple(dict(arguments.tag).items()),
        vector=read_vector(arguments.vector, model),
    )
    condition_inputs(model.config, params)  # an unknown name is told before anything is made
    LayerNetwork(model)  # and so are context stacks
    sound = sound_of(arguments, model, params)
    with samples_bar(work(model, len(sound.codes))) as bar:
        found = inspect(model, sound, bar.update)
    write_atomically(arguments.output, written(found, arguments.output.suffix.lower()))
    _print(found, arguments.output)
    return 0


def check_output(path: Path) -> None:
    """Raise StudioError where nothing could be written to ``path``, before anything is measured."""
    if path.suffix.lower() not in KINDS:
        raise StudioError(f"{path}: inspect writes {', '.join(KINDS)}; give a name that ends so")
    if not path.parent.is_dir():
        raise StudioError(f"{path}: there is no folder {path.parent}; make it first")
    if path.suffix.lower() != ".json":
        from engine.analysis.figures import check_matplotlib

        check_matplotlib(path)


def sound_of(arguments: argparse.Namespace, model: ModelFile, params: GenerationParams) -> Sound:
    """What the model is looked into with, of --audio or made by the model itself.

    Raises StudioError where the file is no audio, or has nothing from --start on.
    """
    from engine.analysis.inspection import Sound
    from engine.analysis.network import Given
    from engine.library.audio_files import read_audio
    from engine.library.frames import doubts
    from engine.wavenet.conditioning import condition_inputs
    from engine.wavenet.emphasis import codes_of, samples_of

    config = model.config
    start, length = (int(value * config.sample_rate) for value in (arguments.start, arguments.seconds))
    local = _local(arguments, model)
    if arguments.audio is None:
        if start:
            raise StudioError("--start says where in --audio to begin; give a file with it")
        warn(doubts(model, local, length))
        codes, name = _free_run(arguments, model, params, local, length), "its own free run"
    else:
        codes = codes_of(config, read_audio(arguments.audio, config.sample_rate))[start : start + length]
        if len(codes) < 2:
            raise StudioError(f"{arguments.audio}: nothing is left from --start {arguments.start:g} s on")
        name = arguments.audio.name
        warn(doubts(model, local, start + len(codes)))
    rows = local.rows(start, len(codes)) if local is not None else None
    given = Given(condition_inputs(config, params), rows)
    return Sound(name, codes, samples_of(config, codes), given)


def written(found: Inspection, kind: str) -> bytes:
    """A file of ``kind``, one of KINDS."""
    if kind == ".json":
        from engine.analysis.inspection import as_json

        return (json.dumps(as_json(found), separators=(",", ":")) + "\n").encode()
    if kind == ".png":
        from engine.analysis.figures import one_figure

        return one_figure(found)
    from engine.analysis.page import as_html

    return as_html(found).encode()


def _local(arguments: argparse.Namespace, model: ModelFile) -> LocalCondition | None:
    """The frames of --condition, or those of what --audio says, for models that are told them."""
    from engine.library.frames import read_condition
    from engine.library.likeness import says_recordings
    from engine.library.recording_files import read_likeness

    if arguments.condition:
        return read_condition(arguments.condition, model)[0]
    if arguments.audio is not None and says_recordings(model.config):
        return read_likeness(arguments.audio, model)[0]
    return None


def _free_run(
    arguments: argparse.Namespace,
    model: ModelFile,
    params: GenerationParams,
    local: LocalCondition | None,
    length: int,
) -> Any:
    """``length`` codes that the model draws by itself with seed 0."""
    from engine.generation.backends import select_kernel
    from engine.generation.conditions import StreamConditions
    from engine.generation.generator import Generator

    kernel = select_kernel(model, arguments.engine, say)
    return Generator(kernel, params, seed=0, conditions=StreamConditions(local)).step(length).codes


def _print(found: Inspection, path: Path) -> None:
    from engine.analysis.inspection import SHARES, correlations

    rate = found.model.config.sample_rate
    ranks = ", ".join(f"{each.every:+.2f} of {name}" for name, each in correlations(found).items())
    spans = ", ".join(f"{share:.0%} in {1000 * found.reach.holding(share) / rate:.3g} ms" for share in SHARES)
    print(f"{path}: {found.model.header.name} on {found.sound.name}, {found.bits:.3f} bits a sample")
    print(f"rank correlation of dilation and centre frequency: {ranks}")
    print(f"gradient by past samples: {spans}")
