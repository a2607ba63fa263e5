"""The card of these tests, which is a processor by way of PoCL, and random models that run on it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.kernels.gpu.kernel import GpuKernel
from engine.kernels.gpu.opencl import OpenClDevice, devices
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.codes import Codes
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling, draw_code
from tests.models import random_model

SMALL: dict[str, Any] = {
    "dilations": (1, 2, 4),
    "residual_channels": 12,
    "gate_channels": 8,
    "skip_channels": 20,
    "head_channels": 24,
    "condition_channels": 4,
    "tags": ("piano", "calm"),
}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "three taps": {"kernel_size": 3, "dilations": (3, 1, 2, 5), "skip_channels": 70, "tags": ()},
    "one layer of many taps": {"kernel_size": 6, "dilations": (2,), "gate_channels": 40},
    "scaled": {"residual_scale": 0.7, "skip_scale": 0.4, "input": "scalar", "dilations": (1, 2, 4, 8, 1, 2)},
    "local": {"local": LocalConfig(channels=5, hop=10, upsampling="linear"), "residual_channels": 33},
    "logistics": {"output": "logistics", "input": "scalar", "components": 3},
    "logistics by levels": {"output": "logistics", "components": 10},
    "gaussian": {"output": "gaussian", "input": "scalar"},
}
SHAPED = Sampling(temperature=0.8, top_k=60, top_p=0.9)
every_case = pytest.mark.parametrize("case", CASES)


@cache
def device() -> OpenClDevice:
    found = devices()
    if not found:
        pytest.fail("no OpenCL platform is installed: apt-get install pocl-opencl-icd")
    return OpenClDevice(found[-1])


@cache
def card(case: str, items: int = 32, precision: str = "float32") -> GpuKernel:
    return GpuKernel(random_model(config(case), seed=3), device(), precision, items)


@cache
def reference(case: str) -> ReferenceKernel:
    return ReferenceKernel(random_model(config(case), seed=3))


def config(case: str) -> ModelConfig:
    return ModelConfig(**{**SMALL, **CASES[case]})


def features(case: str, *weights: float) -> NDArray[np.float32]:
    """The tags' weights; as many as there are, the rest 0."""
    values = np.zeros(config(case).global_channels, np.float32)
    values[: len(weights)] = weights[: len(values)]
    return values


def local_rows(case: str, n: int) -> LocalRows | None:
    """A row for ten samples, the samples between them mixed; None where the model takes none."""
    if config(case).local is None:
        return None
    time = np.arange(n) / 10
    rows = np.random.default_rng(1).standard_normal((n // 10 + 2, 5)).astype(np.float32)
    return LocalRows(rows, time.astype(np.int64), (time % 1).astype(np.float32))


def some_codes(case: str, n: int) -> Codes:
    rng = np.random.default_rng(2)
    if config(case).output == "softmax":
        return rng.integers(0, 256, n).astype(np.uint8)
    return rng.integers(-(2**15), 2**15, n).astype(np.int16)


def agreement(
    case: str, outputs: NDArray[np.float32], codes: Codes, sampling: Sampling, seed: int, start: int = 0
) -> float:
    """Of ``codes``, a stream's from sample ``start`` on, the share that the rules draw from ``outputs``.

    A step of a 16-bit sample apart counts as the same: the rules reckon in double precision.
    """
    drawn = [draw_code(config(case), row, sampling, seed, start + t) for t, row in enumerate(outputs)]
    apart = np.abs(np.array(drawn) - codes.astype(np.int64))
    return float(np.mean(apart <= (0 if config(case).output == "softmax" else 1)))
