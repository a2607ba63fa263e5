"""What all commands share in reading their arguments: one-line errors, ranges, ``name=weight``."""

from __future__ import annotations

import argparse
import math
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

MAX_SEED = 2**64 - 1
MAX_WEIGHT = 2.0


class StudioParser(argparse.ArgumentParser):
    """An argument parser that knows --debug, keeps its epilog's lines, and complains in one line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)
        self.add_argument(
            "--debug",
            action="store_true",
            default=argparse.SUPPRESS,  # else a command's default would undo what stood before the command
            help="after an error, show where in the program it arose",
        )

    def error(self, message: str) -> NoReturn:
        """Exit with 2."""
        self.exit(2, f"{self.prog}: {message}; {self.prog} --help says more\n")


class Version(argparse.Action):
    """Prints the version and exits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, nargs=0)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Read the one place where the version stands."""
        from engine.library.paths import ROOT

        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        print(f"WaveNet Studio {project['version']}")
        parser.exit(0)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from ``low`` to ``high``."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    return read


def number(low: float, high: float, *, above: bool = False) -> Callable[[str], float]:
    """A reader of numbers from ``low`` (or, with ``above``, more than that) to ``high``."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if math.isnan(value) or not low <= value <= high or (above and value == low):
            bounds = f"more than {low:g} and at most {high:g}" if above else f"between {low:g} and {high:g}"
            raise argparse.ArgumentTypeError(f"{text} is not {bounds}")
        return value

    return read


def tag_weight(text: str) -> tuple[str, float]:
    """``NAME=WEIGHT`` as a pair."""
    name, equals, weight = text.rpartition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=WEIGHT, as in piano=1")
    return name, number(0.0, MAX_WEIGHT)(weight)


def add_condition(parser: argparse.ArgumentParser) -> None:
    """Add --speaker and --tag."""
    parser.add_argument("--speaker", metavar="NAME", help="who speaks; ./studio models lists the speakers")
    parser.add_argument(
        "--tag",
        type=tag_weight,
        action="append",
        default=[],
        metavar="NAME=WEIGHT",
        help=f"how much of a tag, 0 to {MAX_WEIGHT:g}; as often as you like; ./studio models lists the tags",
    )


def add_frames(parser: argparse.ArgumentParser) -> None:
    """Add --condition."""
    parser.add_argument(
        "--condition",
        type=Path,
        metavar="FILE",
        help="frames of features, [frames, features] in an .npy file, for models that take some",
    )


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add --engine."""
    parser.add_argument(
        "--engine",
        choices=("auto", "cpu", "opencl", "cuda", "reference"),
        default="auto",
        help="what runs the model: opencl and cuda are graphics cards, reference is slow and needs torch "
        "(default: auto, the fastest that was measured)",
    )
