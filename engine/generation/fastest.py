"""Whether a graphics card runs a model faster than the processor: measured once, kept in the cache."""

from __future__ import annotations

import contextlib
import json
import statistics
import time
from pathlib import Path
from typing import Any

from engine.files.documents import parse_json
from engine.files.reading import read_whole
from engine.files.writing import make_folder, write_atomically
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.object_files import kernel_folder
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

BLOCK = 128
"""Samples a call, as a stream asks for them."""
SECONDS = 0.5
"""Of a measurement."""
MOST_BYTES = 1 << 20


def measurements_file() -> Path:
    """Where they lie: beside the compiled kernels, for they hold for the same machine."""
    return kernel_folder().parent / "engines.json"


def found_faster(model: ModelFile) -> dict[str, str]:
    """The engines, by their names, with their versions then, that were found faster than ``cpu``, best first.

    Empty where nothing was measured, or what is kept cannot be read.
    """
    known = _stored().get(model.header.hash)
    if not isinstance(known, dict):
        return {}
    rows = [(name, entry) for name, entry in known.items() if _sound(entry)]
    limit = next((entry[1] for name, entry in rows if name == "cpu"), 0.0)
    faster = sorted((entry[1], name, entry[0]) for name, entry in rows if entry[1] < limit)
    return {name: version for _, name, version in faster}


def keep_measurements(model: ModelFile, kernels: list[Kernel]) -> None:
    """Measure engines that run ``model``, ``cpu`` among them, and keep the figures if the cache takes any."""
    found = {kernel.name: (kernel.version, sample_time(kernel, SECONDS)) for kernel in kernels}
    stored = _stored() | {model.header.hash: found}
    with contextlib.suppress(OSError):
        make_folder(measurements_file().parent)
        write_atomically(measurements_file(), json.dumps(stored).encode())


def sample_time(kernel: Kernel, seconds: float) -> float:
    """µs a sample of one stream: the median of blocks that fill ``seconds``, after one to warm up."""
    generator = Generator(kernel, GenerationParams(), seed=1)
    times: list[float] = []
    generator.step(BLOCK)
    while not times or sum(times) < seconds:
        started = time.perf_counter()
        generator.step(BLOCK)
        times.append(time.perf_counter() - started)
    return statistics.median(times) / BLOCK * 1e6


def _stored() -> dict[str, Any]:
    try:
        found = parse_json(read_whole(measurements_file(), MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _sound(entry: Any) -> bool:
    """Whether it is a version and µs a sample."""
    match entry:
        case [str(), float(time)]:
            return time > 0.0
    return False
