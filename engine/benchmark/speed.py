"""How fast one stream of a model runs on a backend, beside the machine's limit; all on one core."""

from __future__ import annotations

import importlib.util
import statistics
import time
from dataclasses import dataclass

from engine.benchmark.machine import Limit, Machine
from engine.benchmark.models import RATE
from engine.benchmark.timing import time_calls
from engine.benchmark.work import Work, work_of
from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.object_files import Progress
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

BLOCK = 128
"""Samples a call, as the stream asks for them."""
SLOW_BLOCK = 16
"""For the reference, which needs milliseconds a sample."""
PRECISIONS = ("int8", "int16", "float32")


@dataclass(frozen=True)
class Backend:
    """What can be measured: a kernel and the precision of its arithmetic."""

    name: str
    precision: str = "float32"

    def __str__(self) -> str:
        return f"cpu {self.precision}" if self.name == "cpu" else self.name


@dataclass(frozen=True)
class Speed:
    """Of one backend on one model."""

    model: str
    size: str
    engine: str
    version: str
    microseconds: float
    """Median time of a sample, µs …"""
    least_microseconds: float
    """… and that in the fastest block: what other programs disturb least."""
    core_share: float
    """Of the time that the thread had its core, 0…1: less where other programs wanted it."""
    work: Work
    limit: Limit

    @property
    def real_time_factor(self) -> float:
        """Seconds of 16 kHz audio per second of work."""
        return 1e6 / (self.microseconds * RATE)

    @property
    def gigaflops(self) -> float:
        """Multiplications and additions, 10^9 a second."""
        return self.work.operations / self.microseconds / 1e3

    @property
    def gigabytes(self) -> float:
        """Weights read, GB/s."""
        return self.work.read / self.microseconds / 1e3

    @property
    def share(self) -> float:
        """Of the speed at the limit, with the weights where they live."""
        return self.limit.microseconds / self.microseconds

    @property
    def l2_share(self) -> float:
        """Of the speed that the limit would allow if all the weights lay in L2."""
        return self.limit.l2_microseconds / self.microseconds


def backends() -> list[Backend]:
    """All that can run here: the reference only where torch is installed, cards where there are drivers."""
    from engine.kernels.gpu.cards import open_cards

    found = [Backend("cpu", precision) for precision in PRECISIONS]
    found += [Backend(card.dialect) for card in open_cards()]
    return [*found, Backend("reference")] if importlib.util.find_spec("torch") else found


def make_kernel(model: ModelFile, backend: Backend, progress: Progress | None = None) -> Kernel:
    """The backend, ready to run ``model``. Raises StudioError where it is unknown or cannot run here."""
    from engine.generation.backends import select_kernel

    if backend.name != "cpu":
        return select_kernel(model, backend.name, progress)
    if backend.precision not in PRECISIONS:
        raise StudioError(f"precision {backend.precision!r} is unknown; use one of {', '.join(PRECISIONS)}")
    from engine.kernels.cpu import CpuKernel

    return CpuKernel(model, progress, backend.precision)


def sample_times(kernel: Kernel, seconds: float) -> tuple[float, float]:
    """Median and least µs a sample of one stream, of blocks that fill ``seconds``, after one to warm up."""
    block = SLOW_BLOCK if kernel.name == "reference" else BLOCK
    generator = Generator(kernel, GenerationParams(), seed=1)
    times = time_calls(lambda: generator.step(block), seconds)
    return statistics.median(times) / block * 1e6, min(times) / block * 1e6


def measure(
    model: ModelFile, backend: Backend, machine: Machine, seconds: float, progress: Progress | None = None
) -> Speed:
    """Time ``backend`` on ``model``. Raises StudioError as ``make_kernel`` does."""
    kernel = make_kernel(model, backend, progress)
    work = work_of(model.config, backend.precision)
    started, used = time.perf_counter(), time.thread_time()
    median, least = sample_times(kernel, seconds)
    used, passed = time.thread_time() - used, time.perf_counter() - started
    return Speed(
        model=model.header.name,
        size=model.config.size,
        engine=str(backend),
        version=kernel.version,
        microseconds=median,
        least_microseconds=least,
        core_share=min(1.0, used / passed),
        work=work,
        limit=machine.limit(work, backend.precision),
    )
