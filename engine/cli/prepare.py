"""``studio prepare``: compile the engine ahead, so that the first sound need not wait for it."""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import say, warn

if TYPE_CHECKING:
    from engine.kernels.object_files import Progress
    from engine.library.models import ModelLibrary


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "prepare",
        help="compile the engine for this computer now",
        description="Compile the engine for every installed model, and what plays it; measure whether a "
        "graphics card, if one can be used, runs it faster. It is done by itself as well: in the background "
        "after a set-up; compiling also when a model is first played.",
        epilog="example: ./studio prepare music",
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="only these (default: all)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make each model's kernel once, and what plays it.

    Broken and unknown models are named on stderr, and fail the command.
    """
    from engine.errors import StudioError
    from engine.generation.backends import measure_card, select_kernel
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.stream.interrupt import Interrupt
    from engine.stream.live.player import Player

    library = ModelLibrary(model_folders())
    problems = [] if arguments.models else list(library.problems)
    names = arguments.models or [entry.header.name for entry in library.headers()]
    _compile_all(library, names)
    for name in names:
        try:
            model = library.load(name)
            measure_card(model, say)
            kernel = select_kernel(model, progress=say)
            Player(Interrupt()).prepare(kernel)
        except StudioError as error:
            problems.append(str(error))
        else:
            print(f"{name}: ready on engine {kernel.name}")
    warn(problems)
    return 1 if problems else 0


def _compile_all(library: ModelLibrary, names: list[str]) -> None:
    """Compile what runs the models, the last one's in a process beside: each finds what the other has made.

    What fails is left out here. Both have ended before anything is measured.
    """
    import multiprocessing

    from engine.errors import StudioError

    files: list[Path] = []
    for name in names:
        with contextlib.suppress(StudioError):
            files.append(library.find(name).path)
    if len(files) < 2 or (os.cpu_count() or 1) == 1:
        compile_for(files, say)
        return
    beside = multiprocessing.get_context("spawn").Process(target=_beside, args=(files[-1:],), daemon=True)
    beside.start()
    compile_for(files, say)
    beside.join()


def _beside(files: list[Path]) -> None:
    with contextlib.suppress(KeyboardInterrupt):  # the command itself says that it was stopped
        compile_for(files)


def compile_for(files: list[Path], progress: Progress | None = None) -> None:
    """Compile what runs some models, and what plays them, on the processor."""
    from engine.errors import StudioError
    from engine.generation.backends import select_kernel
    from engine.stream.interrupt import Interrupt
    from engine.stream.live.player import Player
    from engine.wavenet.model_file import load_model

    for file in files:
        with contextlib.suppress(StudioError):
            Player(Interrupt()).prepare(select_kernel(load_model(file), "cpu", progress))
