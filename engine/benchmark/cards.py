"""A model on graphics cards, held against the reference engine and timed: for a machine that has little else.

Needs NumPy, pydantic, safetensors and torch, whose CUDA build brings the compiler; no compiled CPU kernel.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.benchmark.models import RATE
from engine.benchmark.timing import time_calls
from engine.kernels.base import Kernel
from engine.kernels.gpu.device import Device
from engine.kernels.gpu.kernel import GpuKernel
from engine.wavenet.codes import code_type
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile

BLOCK = 128
"""Samples a launch, as a stream asks for them."""
CHECKED = 64
"""Samples whose outputs are compared."""
VARIANTS = (("float32", 256), ("float32", 512), ("float32", 1024), ("float16", 256), ("float16", 512))
"""How weights are stored, and items of a group."""
STREAMS = (1, 64)


@dataclass(frozen=True)
class CardSpeed:
    """Of one variant on one card."""

    model: str
    card: str
    """Its dialect, name and driver."""
    precision: str
    items: int
    apart: float
    """The most that an output was away from the reference engine's."""
    streams: int
    microseconds: float
    """Median of the time of a block / (its samples · streams), µs."""

    @property
    def real_time_factor(self) -> float:
        """Seconds of 16 kHz audio per second of work, of all streams together."""
        return 1e6 / (self.microseconds * RATE)


def measure_cards(
    model: ModelFile,
    devices: list[Device],
    seconds: float,
    variants: tuple[tuple[str, int], ...] = VARIANTS,
    streams: tuple[int, ...] = STREAMS,
) -> Iterator[CardSpeed]:
    """Compare and time every variant on every device. Raises DeviceFault where one fails."""
    expected = _outputs_of_reference(model)
    for device in devices:
        for precision, items in variants:
            kernel = GpuKernel(model, device, precision, min(items, device.max_items))
            apart = float(np.abs(_outputs(kernel) - expected).max())
            for count in streams:
                yield CardSpeed(
                    model=model.header.name,
                    card=f"{device.dialect}: {device.label}",
                    precision=precision,
                    items=min(items, device.max_items),
                    apart=apart,
                    streams=count,
                    microseconds=_sample_time(kernel, count, seconds),
                )


def _outputs_of_reference(model: ModelFile) -> NDArray[np.float32]:
    from engine.kernels.reference import ReferenceKernel

    return _outputs(ReferenceKernel(model))


def _outputs(kernel: Kernel) -> NDArray[np.float32]:
    codes = np.random.default_rng(0).integers(0, 256, CHECKED).astype(code_type(kernel.config))
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    return kernel.advance(kernel.new_state([0]), biases, codes)


def _sample_time(kernel: GpuKernel, streams: int, seconds: float) -> float:
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    state = kernel.new_state(range(streams))
    times = time_calls(lambda: kernel.generate(state, biases, Sampling(), BLOCK), seconds)
    return statistics.median(times) / (BLOCK * streams) * 1e6
