"""The commands that make models: train, evaluate."""

from __future__ import annotations

import argparse
import importlib.util
import json
from pathlib import Path
from typing import Any

from engine.cli.parser import whole
from engine.errors import StudioError

RECIPES = Path(__file__).parent.parent / "training" / "recipes"
SPEECH_NETS = "speech-nets"
"""What is trained by this name is no WaveNet: the nets that turn phones into speech features."""
PHONES = {"phones": 0.25, "phones-one-loss": 0.0}
"""What hears phones, and how much the next sample's loss counts beside the frames'."""


def add(subparsers: Any) -> None:
    """Add both commands to the argument parser."""
    _add_train(subparsers)
    _add_evaluate(subparsers)


def _add_train(subparsers: Any) -> None:
    shipped = ", ".join([*sorted(path.stem for path in RECIPES.glob("*.toml")), SPEECH_NETS, *PHONES])
    parser = subparsers.add_parser(
        "train",
        help="train a model on a corpus",
        description=f"Train a model; RECIPE is a TOML file, or the name of one of ours: {shipped}.",
        epilog="example: ./studio train music --corpus corpora/music --output runs/music --time 90m",
    )
    parser.add_argument("recipe", help=f"TOML file, or {shipped}")
    parser.add_argument("--corpus", type=Path, required=True, help="folder that ./studio corpus made")
    parser.add_argument("--output", type=Path, required=True, help="folder of the run")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--time", help="train for that long: 90m, 2h, 1h30m")
    budget.add_argument("--steps", type=int, help="train for that many steps")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--init", type=Path, metavar="MODEL", help="start from a model file's weights")
    start.add_argument("--resume", action="store_true", help="go on with the run in --output")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "bf16"),
        default="auto",
        help="of the products (default auto: bf16 where the processor has it)",
    )
    parser.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="torch.compile (default: where a C++ compiler is found)",
    )
    _add_watching(parser)
    _add_several(parser)
    parser.set_defaults(run=run_train)


def _add_watching(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--patience",
        type=whole(1, 1_000_000),
        metavar="N",
        help="end early after N validations without fewer held-out bits, and keep the best model file "
        "(default: never)",
    )
    parser.add_argument(
        "--checkpoint", default="2m", metavar="TIME", help="between two checkpoints (default 2m)"
    )
    listen = parser.add_mutually_exclusive_group()
    listen.add_argument(
        "--listen",
        default="4s",
        metavar="TIME",
        help="length of each free run that TensorBoard gets at a validation (default 4s)",
    )
    listen.add_argument(
        "--no-listen", dest="listen", action="store_const", const=None, help="no free runs at validations"
    )


def _add_several(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--devices",
        type=whole(1, 1024),
        default=1,
        metavar="N",
        help="GPUs of each machine, or processes where there is none (default 1)",
    )
    parser.add_argument("--nodes", type=whole(1, 65_536), default=1, metavar="M", help="machines (default 1)")
    parser.add_argument(
        "--strategy",
        choices=("auto", "ddp"),
        default="auto",
        help="how several processes train together (default auto: ddp where there are several)",
    )


def run_train(arguments: argparse.Namespace) -> int:
    """Train, and say where the model is."""
    need_torch("train")
    if arguments.recipe == SPEECH_NETS:
        return _train_speech_nets(arguments)
    if arguments.recipe in PHONES:
        return _train_phones(arguments)
    from engine.training.budget import Budget, parse_time
    from engine.training.console import first_process, tell
    from engine.training.precision import choose
    from engine.training.run import RunOptions, train
    from engine.training.settings import read_recipe

    recipe = read_recipe(recipe_path(arguments.recipe))
    seconds = parse_time(arguments.time) if arguments.time else None
    budget = Budget(seconds=seconds, steps=arguments.steps)
    speed = choose(arguments.precision, arguments.compile)
    listen = 0.0 if arguments.listen is None else parse_time(arguments.listen, "--listen")
    checkpoint = parse_time(arguments.checkpoint, "--checkpoint")
    if arguments.compile is None and not speed.compile:
        tell("no C++ compiler found: training is slower than it could be")
    model = train(
        recipe,
        budget,
        RunOptions(
            corpus=arguments.corpus,
            folder=arguments.output,
            init=arguments.init,
            resume=arguments.resume,
            threads=arguments.threads,
            speed=speed,
            checkpoint_seconds=checkpoint,
            listen=listen,
            patience=arguments.patience,
            devices=arguments.devices,
            nodes=arguments.nodes,
            strategy=arguments.strategy,
        ),
    )
    if first_process():
        print(
            f"the model is {model}; "
            f"figures for its card: ./studio evaluate {model} --corpus {arguments.corpus}"
        )
    return 0


def _train_speech_nets(arguments: argparse.Namespace) -> int:
    from engine.training.budget import parse_time
    from engine.training.speech_nets.run import train_speech_nets

    if arguments.time is None or arguments.init is not None:
        raise StudioError(f"{SPEECH_NETS} are trained from nothing, for a time; give --time, and no --init")
    path = train_speech_nets(
        arguments.corpus,
        arguments.output,
        parse_time(arguments.time),
        resume=arguments.resume,
        threads=arguments.threads,
    )
    print(f"the nets are {path}")
    return 0


def _train_phones(arguments: argparse.Namespace) -> int:
    from engine.training.budget import parse_time
    from engine.training.phones.run import PhonesRun, train_phones

    if arguments.init is not None:
        raise StudioError(f"{arguments.recipe} is trained from nothing; leave out --init")
    path = train_phones(
        PhonesRun(
            arguments.corpus,
            arguments.output,
            seconds=parse_time(arguments.time) if arguments.time else None,
            steps=arguments.steps,
            resume=arguments.resume,
            threads=arguments.threads,
            sample_weight=PHONES[arguments.recipe],
        )
    )
    print(f"the recogniser is {path}; listen with: ./studio recognise FILE --model {path}")
    return 0


def _add_evaluate(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "evaluate",
        help="held-out figures of a model",
        description="Bits per sample on the test split, and how often the right tags or speaker score best.",
        epilog="example: ./studio evaluate music --corpus corpora/music --json",
    )
    parser.add_argument("model", help="a shipped model's name or a model file")
    parser.add_argument("--corpus", type=Path, required=True, help="the corpus it was trained on")
    parser.add_argument("--clips", type=int, default=60, help="test clips (default 60)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each clip (default 3)")
    parser.add_argument("--card", type=Path, help="also write the model's card to this Markdown file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run_evaluate)


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Measure a model on the test split of its corpus."""
    need_torch("evaluate")
    from engine.files.writing import write_atomically
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.training.card import render_card
    from engine.training.evaluate import evaluate

    entry = ModelLibrary(model_folders()).find(arguments.model)
    with _percent_bar() as bar:
        figures = evaluate(
            entry.path,
            arguments.corpus,
            clips=arguments.clips,
            seconds=arguments.seconds,
            progress=lambda share: bar.update(share * 100 - bar.n),
        )
    if arguments.card:
        write_atomically(arguments.card, render_card(entry.header, figures).encode())
    if arguments.json:
        print(json.dumps(figures))
        return 0
    for key, value in figures.items():
        if key != "free_runs":
            print(f"{key.replace('_', ' ')}: {value}")
    for run in figures["free_runs"]:
        print(f"free run of {run['of']}: {run['verdict']}")
    return 0


def _percent_bar() -> Any:
    from tqdm import tqdm

    return tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}")


def recipe_path(name: str) -> Path:
    """The file of a shipped recipe, or the path as it was given."""
    shipped = RECIPES / f"{name}.toml"
    return shipped if shipped.exists() else Path(name)


def need_torch(command: str) -> None:
    """Raise StudioError where torch and Lightning are not installed."""
    if importlib.util.find_spec("lightning") is None:
        raise StudioError(f"{command} needs torch, and this is a --light set-up: run ./studio --full once")
