"""Samples that other compiled code makes, piece by piece: the very ones that the kernel makes itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel, Native
from engine.kernels.cpu import CpuKernel
from engine.kernels.piece import piece
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from tests.models import TINY, random_model
from tests.tracks import Turning

LOCAL = LocalConfig(channels=4, hop=10, upsampling="linear")
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "softmax": ({}, "int8"),
    "logistics and frames": (
        {"input": "scalar", "output": "logistics", "components": 3, "local": LOCAL},
        "int16",
    ),
}
PARAMS = GenerationParams(temperature=0.8, tags=(("calm", 0.5),))


@njit
def make(address: int, box: Any, start: int, n: int, slot: int) -> int:
    return piece(address, box, start, n, slot)  # type: ignore[no-any-return, call-arg]


class Track(Turning):
    """What is fed back is half of what was drawn and a tone."""

    def samples(self, start: int, n: int) -> Feedback:
        tone = 9000 * np.sin(np.arange(start, start + n) / 7)
        return Feedback(np.full(n, 16384, np.int32), tone.astype(np.int32))


def streams(kind: str) -> tuple[Generator, Generator]:
    """Two of the same settings and seed."""
    changes, precision = KINDS[kind]
    model = random_model(ModelConfig(**{**TINY, **changes}))
    conditions = StreamConditions(feedback=Track())
    if model.config.local:
        frames = np.sin(np.arange(400, dtype=np.float32)).reshape(100, 4)
        conditions = StreamConditions(LocalCondition(model, frames), Track())
    kernel: Kernel = CpuKernel(model, precision=precision)
    one, other = (Generator(kernel, PARAMS, 5, conditions) for _ in range(2))
    return one, other


def native_of(generator: Generator, n: int) -> Native:
    native = generator.native(n)
    assert native is not None
    return native


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_of_any_length_are_what_the_kernel_generates(kind: str) -> None:
    one, other = streams(kind)
    for lengths in ((64, 1, 35, 100), (17, 3), (200,)):
        native = native_of(one, sum(lengths) + 10)
        start, expected = 0, other.step(sum(lengths))
        for slot, n in enumerate(lengths):
            assert make(native.address, native.box, start, n, slot) == n
            start += n
        np.testing.assert_array_equal(native.codes[:start], expected.codes)
        np.testing.assert_array_equal(native.outputs[len(lengths) - 1], expected.outputs)
        native.finish(start)
        assert one.position == other.position


def test_nan_is_told_with_the_sample_of_the_piece() -> None:
    one, _ = streams("softmax")
    native = native_of(one, 100)
    assert make(native.address, native.box, 0, 60, 0) == 60
    one._streams.kernel._packed.ends.output_bias[:] = np.nan  # type: ignore[attr-defined]
    assert make(native.address, native.box, 60, 40, 1) == 0


def test_what_runs_no_such_code_offers_none() -> None:
    model = random_model(ModelConfig(**TINY))
    stacked = {
        **TINY,
        "contexts": (ContextConfig(pooling=4, channels=4, residual_channels=4, dilations=(1, 2)),),
    }
    for kernel in (ReferenceKernel(model), CpuKernel(random_model(ModelConfig(**stacked)))):
        assert Generator(kernel, GenerationParams(), 1).native(10) is None
