"""``studio bench``: the speed of every engine beside the machine's own limit, or that of training."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import print_table, say, warn
from engine.cli.parser import number
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.benchmark.batch import BatchSpeed
    from engine.benchmark.beside_window import BesideWindow, PlayingWindow
    from engine.benchmark.machine import Machine
    from engine.benchmark.speed import Speed
    from engine.wavenet.model_file import ModelFile

SIZES = ("lite", "standard", "large")
MAX_SECONDS = 60.0
QUIET = 0.95
"""Share of its core that a measurement needs."""
EPILOG = """\
examples:
  ./studio bench
  ./studio bench speech --sizes standard --seconds 3 --json
  ./studio bench --takes --playing --plot speed.png
  ./studio bench --training --sizes standard

Sizes are models of random weights; speed does not depend on what a model has learnt. The machine should
have nothing else to do: close other programs first. The limit is the longer of reading all weights (at
the bandwidth of the cache they fit in) and doing all operations, as probes measure both in the same run."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the engines' speed",
        description="Time every engine on one core, beside what this machine allows.",
        epilog=EPILOG,
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names or files, besides the sizes")
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="SIZE,…", help=f"of {','.join(SIZES)} (default: all)"
    )
    parser.add_argument("--takes", action="store_true", help="also 8 takes at once on all cores")
    parser.add_argument("--playing", action="store_true", help="also beside the app's window as it plays")
    parser.add_argument(
        "--training",
        action="store_true",
        help="instead: samples a second of training, beside a conventional implementation in float32",
    )
    parser.add_argument(
        "--gpu", action="store_true", help="instead: graphics cards, held against the reference engine"
    )
    parser.add_argument(
        "--seconds", type=number(0.0, MAX_SECONDS, above=True), default=1.0, help="a measurement (default 1)"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw a figure of it")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def _sizes(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    for size in chosen:
        if size not in SIZES:
            raise argparse.ArgumentTypeError(f"{size!r} is not one of {', '.join(SIZES)}")
    return tuple(size for size in SIZES if size in chosen)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    if arguments.gpu:
        return run_cards(arguments)
    from tqdm import tqdm

    from engine.benchmark.machine import measure_machine
    from engine.benchmark.plot import check_plot, plot
    from engine.benchmark.speed import backends, measure
    from engine.kernels.gpu.cards import CARDS

    if arguments.training:
        return run_training(arguments)
    # Whatever can be wrong is found before anything is measured.
    if arguments.plot:
        check_plot(arguments.plot)
    models = list(_models(arguments))
    beside_window = _window() if arguments.playing else None
    machine = measure_machine(min(arguments.seconds, 0.5), say)
    work = [(model, engine) for model in models for engine in backends()]
    speeds = []
    for model, engine in tqdm(work, unit="engine", delay=1.0, disable=None, leave=False):
        try:
            speeds.append(measure(model, engine, machine, arguments.seconds, say))
        except StudioError as error:
            if engine.name not in CARDS:
                raise
            warn([str(error)])  # a card that cannot run one model must not hide the others' figures
    takes = _takes(arguments.seconds) if arguments.takes else []
    beside = []
    if beside_window is not None:
        from engine.benchmark.beside_window import measure_beside

        beside = measure_beside(models, beside_window, arguments.seconds, say)
    # Others do their work on torch's threads, or on a card.
    least = min(speed.core_share for speed in speeds if speed.engine.startswith("cpu"))
    if least < QUIET:
        warn([f"other programs took up to {1 - least:.0%} of the core; close them and measure again"])
    if arguments.plot:
        plot(speeds, machine, arguments.plot)
    if arguments.json:
        print(json.dumps(_described(machine, speeds, takes, beside)))
    else:
        _print(machine, speeds, takes, beside)
    return 0


def run_training(arguments: argparse.Namespace) -> int:
    """Measure training and print."""
    from dataclasses import asdict

    from engine.benchmark.models import SHAPES, shape
    from engine.cli.training import need_torch

    if arguments.models or arguments.takes or arguments.playing or arguments.plot:
        raise StudioError("--training measures sizes only: leave out MODEL, --takes, --playing and --plot")
    need_torch("bench --training")
    from engine.training.precision import choose
    from engine.training.throughput import measure_training

    say("training is compiled first, which can take a minute")
    found = {
        size: measure_training(shape(*SHAPES[size]), choose(), arguments.seconds) for size in arguments.sizes
    }
    if arguments.json:
        print(json.dumps({size: [asdict(speed) for speed in speeds] for size, speeds in found.items()}))
        return 0
    rows = [["size", "step", "weights", "threads", "samples/s"]]
    for size, speeds in found.items():
        rows += [
            [size, speed.name, f"{speed.weights:,}", str(speed.threads), f"{speed.samples_per_second:,.0f}"]
            for speed in speeds
        ]
    print_table(rows)
    for size, (ours, conventional) in found.items():
        print(
            f"{size}: {ours.samples_per_second / conventional.samples_per_second:.2f} times the conventional"
        )
    return 0


def run_cards(arguments: argparse.Namespace) -> int:
    """Measure graphics cards and print, line by line: what was found stays if the next one fails."""
    from dataclasses import asdict

    from engine.benchmark.cards import measure_cards
    from engine.benchmark.models import sized_model
    from engine.cli.training import need_torch
    from engine.kernels.gpu.cards import open_cards
    from engine.kernels.gpu.device import DeviceFault

    if arguments.models or arguments.takes or arguments.playing or arguments.plot or arguments.training:
        raise StudioError(
            "--gpu measures sizes only: leave out MODEL, --takes, --playing, --training, --plot"
        )
    need_torch("bench --gpu")
    devices = open_cards()
    if not devices:
        raise StudioError("no graphics card can be used; ./studio doctor says what is missing")
    try:
        for size in arguments.sizes:
            for speed in measure_cards(sized_model(size), devices, arguments.seconds):
                if arguments.json:
                    print(json.dumps(asdict(speed)), flush=True)
                    continue
                print(
                    f"{speed.model}, {speed.card}, {speed.precision}, {speed.items} items, {speed.streams} "
                    f"streams: {speed.microseconds:.2f} µs a sample, {speed.real_time_factor:.2f} times real "
                    f"time; outputs {speed.apart:.1e} from the reference's",
                    flush=True,
                )
    except DeviceFault as fault:
        raise StudioError(str(fault)) from None
    return 0


def _models(arguments: argparse.Namespace) -> Iterator[ModelFile]:
    from engine.benchmark.models import sized_model
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders

    library = ModelLibrary(model_folders())
    named = [library.load(name) for name in arguments.models]
    yield from (sized_model(size) for size in arguments.sizes)
    yield from named


def _window() -> PlayingWindow:
    from engine.benchmark.beside_window import PlayingWindow
    from engine.library.paths import preset_folders
    from engine.library.presets import PresetLibrary

    return PlayingWindow(PresetLibrary(preset_folders()).presets()[0].id)


def _takes(seconds: float) -> list[BatchSpeed]:
    """A thread a take, then the takes shared out so that every core makes its part in one pass."""
    from engine.benchmark.batch import STREAMS, cores, measure_batch
    from engine.benchmark.models import sized_model
    from engine.kernels.cpu import CpuKernel

    model = sized_model("standard")
    kernel = CpuKernel(model, say)
    return [
        measure_batch(kernel, model.header.name, seconds, STREAMS, together)
        for together in (1, -(-STREAMS // cores()))
    ]


def _described(
    machine: Machine, speeds: list[Speed], takes: list[BatchSpeed], beside: list[BesideWindow]
) -> dict[str, Any]:
    """What --json prints: fields by their names, and the figures that follow from them."""
    from dataclasses import asdict

    def with_figures(item: Any, *names: str) -> dict[str, Any]:
        return asdict(item) | {name: getattr(item, name) for name in names}

    figures = ("real_time_factor", "gigaflops", "gigabytes", "share", "l2_share")
    return {
        "machine": asdict(machine),
        "speeds": [with_figures(speed, *figures) for speed in speeds],
        "takes": [with_figures(speed, "real_time_factor", "factor_of_each") for speed in takes],
        "playing": [with_figures(speed, "real_time_factor", "alone_factor") for speed in beside],
    }


def _print(
    machine: Machine, speeds: list[Speed], takes: list[BatchSpeed], beside: list[BesideWindow]
) -> None:
    known = "assumed" if machine.l2_assumed else "as the system says"
    print(
        f"One core: L2 {machine.l2_bytes >> 10} KiB ({known}), {machine.l2_gigabytes:.0f} GB/s; "
        f"multiply-adds int8 {machine.int8_gigaops:.0f} GOP/s, int16 {machine.int16_gigaops:.0f} GOP/s, "
        f"float32 {machine.float32_gigaops:.0f} GFLOP/s"
    )
    print()
    heads = [
        "model",
        "engine",
        "µs/sample",
        "least",
        "×RT",
        "GFLOP/s",
        "GB/s",
        "limit µs",
        "by",
        "weights in",
    ]
    print_table(
        [
            [*heads, "of limit", "if in L2"],
            *(
                [
                    *(speed.model, speed.engine),
                    *(f"{speed.microseconds:.1f}", f"{speed.least_microseconds:.1f}"),
                    f"{speed.real_time_factor:.2f}",
                    *(f"{speed.gigaflops:.1f}", f"{speed.gigabytes:.1f}", f"{speed.limit.microseconds:.2f}"),
                    *(speed.limit.bound, f"{speed.limit.level} {speed.limit.home_gigabytes:.0f} GB/s"),
                    *(f"{speed.share:.0%}", f"{speed.l2_share:.0%}"),
                ]
                for speed in speeds
            ),
        ]
    )
    for many in takes:
        print(
            f"\n{many.takes} takes of {many.model} on {many.cores} cores, {many.together} in one pass: "
            f"{many.microseconds:.1f} µs a sample, {many.real_time_factor:.2f} times real time together, "
            f"{many.factor_of_each:.2f} each"
        )
    for one in beside:
        busy = "" if one.window_cores is None else f", which keeps {one.window_cores:.2f} cores busy"
        gaps = "underruns unknown" if one.underruns is None else f"{one.underruns} underruns in all"
        print(
            f"\n{one.model}, {one.engine}, beside the window playing {one.preset}{busy}: "
            f"{one.microseconds:.1f} µs a sample, {one.real_time_factor:.2f} times real time "
            f"(alone {one.alone_factor:.2f}); {gaps}"
        )
