"""How fast several takes of one model are made together, on all the cores that this process may use."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.benchmark.models import RATE
from engine.benchmark.speed import BLOCK
from engine.benchmark.timing import time_calls
from engine.wavenet.distributions import Sampling

if TYPE_CHECKING:
    from engine.kernels.base import State
    from engine.kernels.cpu import CpuKernel

STREAMS = 8
SAMPLES = 8 * BLOCK
"""That each take makes between two looks at the clock: the cores wait for each other at the end."""


@dataclass(frozen=True)
class BatchSpeed:
    """Of several takes made together."""

    model: str
    takes: int
    cores: int
    together: int
    """Takes that one pass over the weights makes."""
    microseconds: float
    """Median of wall time / (samples of a take · takes), µs."""

    @property
    def real_time_factor(self) -> float:
        """Seconds of 16 kHz audio, of all takes together, per second of work."""
        return 1e6 / (self.microseconds * RATE)

    @property
    def factor_of_each(self) -> float:
        """Seconds of each take's audio per second of work."""
        return self.real_time_factor / self.takes


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def measure_batch(
    kernel: CpuKernel, model: str, seconds: float, takes: int = STREAMS, together: int = 1
) -> BatchSpeed:
    """Time ``takes`` empty streams of a model without local conditions, ``together`` of them a pass.

    As many passes at a time as there are cores.
    """
    seeds = range(takes)
    groups = [kernel.new_state(seeds[at : at + together]) for at in range(0, takes, together)]
    biases = kernel.project(np.zeros(kernel.config.global_channels, dtype=np.float32))

    def blocks(state: State) -> None:
        for _ in range(SAMPLES // BLOCK):
            kernel.generate(state, biases, Sampling(), BLOCK)

    used = min(cores(), len(groups))
    with ThreadPoolExecutor(used) as pool:
        work = partial(_all, pool, blocks, groups)
        microseconds = statistics.median(time_calls(work, seconds)) / (SAMPLES * takes) * 1e6
    return BatchSpeed(model, takes, used, min(together, takes), microseconds)


def _all(pool: ThreadPoolExecutor, blocks: Callable[[State], None], groups: Sequence[State]) -> None:
    list(pool.map(blocks, groups))
