"""How fast a model runs here: the CPU kernel beside a torch eager step of the same weights, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.checkpoint import ModelFile
from engine.distributions import Sampling
from engine.kernels.base import Kernel
from engine.kernels.select import select_kernel
from engine.state import StreamState

BLOCK = 128


LIMIT_BLOCK = 256


@dataclass(frozen=True)
class Limit:
    """What this processor allows: the time that a sample's matrix products take with nothing between them."""

    microseconds: float
    """Of a sample, the best of many blocks, µs."""
    gigabytes: float
    """Weights read, GB/s."""
    gigaflops: float
    """Multiplications and additions, 10^9 a second."""


@dataclass(frozen=True)
class Speed:
    """Of one engine on one model, on one core."""

    model: str
    size: str
    engine: str
    version: str
    microseconds: float
    """Median time of a sample, µs."""
    real_time_factor: float
    """Seconds of audio per second of work."""
    limit: Limit | None = None
    """Of the CPU kernel in its default arithmetic."""

    @property
    def share(self) -> float | None:
        """Of the limit's speed that is reached, 0…1."""
        return None if self.limit is None else self.limit.microseconds / self.microseconds


def measure(model: ModelFile, engine: str, *, seconds: float) -> Speed:
    """Median over blocks that fill about ``seconds`` of work, after one to warm up.

    Raises StudioError where the engine is unknown or needs what is not installed.
    """
    kernel = select_kernel(model, engine)
    block = BLOCK if engine == "cpu" else BLOCK // 8
    times = _time_blocks(_stepper(kernel, block), seconds)
    per_sample = statistics.median(times) / block
    return Speed(
        model=model.header.name,
        size=model.config.size,
        engine=kernel.name,
        version=kernel.version,
        microseconds=per_sample * 1e6,
        real_time_factor=1.0 / (per_sample * model.config.sample_rate),
        limit=measure_limit(model, seconds=seconds / 2) if engine == "cpu" else None,
    )


def measure_limit(model: ModelFile, *, seconds: float) -> Limit:
    """Time the products of ``model`` as the CPU kernel packs it for about ``seconds``."""
    from engine.kernels.limit import WeightsAlone

    alone = WeightsAlone(model)
    per_sample = min(_time_blocks(lambda: alone.run(LIMIT_BLOCK), seconds)) / LIMIT_BLOCK
    return Limit(per_sample * 1e6, alone.bytes / per_sample / 1e9, 2 * alone.products / per_sample / 1e9)


def _stepper(kernel: Kernel, block: int) -> Callable[[], object]:
    config = kernel.config
    state = StreamState.empty(config, seed=1)
    biases = kernel.condition(np.zeros(len(config.tags) + len(config.speakers), dtype=np.float32))
    return lambda: kernel.generate(state, biases, Sampling(), block)


def _time_blocks(step: Callable[[], object], seconds: float) -> list[float]:
    step()
    times: list[float] = []
    while sum(times) < seconds or len(times) < 3:
        started = time.perf_counter()
        step()
        times.append(time.perf_counter() - started)
    return times
