"""Code that is compiled for one model's shape, held against the code that runs any."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import typeof
from numba.core import types

from engine.kernels.cpu import CpuKernel
from engine.kernels.layout import ends, stack_size
from engine.kernels.shape import tuple_type, type_of
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling
from tests.models import random_model

DILATIONS = (1, 2, 4, 3, 16, 40)
SHAPES: dict[str, dict[str, Any]] = {
    "shipped": {
        "residual_channels": 64,
        "gate_channels": 64,
        "skip_channels": 128,
        "head_channels": 128,
    },
    "odd numbers of vectors, three taps": {
        "residual_channels": 72,
        "gate_channels": 40,
        "skip_channels": 136,
        "head_channels": 100,
        "kernel_size": 3,
    },
}


@pytest.mark.parametrize(
    ("shape", "precision"),
    [("shipped", "int8"), ("shipped", "float32"), ("odd numbers of vectors, three taps", "int8")],
)
def test_one_stream_of_a_shape_draws_what_each_of_several_draws(shape: str, precision: str) -> None:
    kernel = CpuKernel(random_model(ModelConfig(dilations=DILATIONS, **SHAPES[shape])), precision=precision)
    biases = kernel.project(np.zeros(0, np.float32))
    together = kernel.generate(kernel.new_state([1, 2, 3]), biases, Sampling(), 130)
    for seed, expected in zip([1, 2, 3], together, strict=True):
        state = kernel.new_state([seed])
        blocks = [kernel.generate(state, biases, Sampling(), n)[0] for n in (1, 40, 89)]
        assert np.array_equal(np.concatenate([block.codes for block in blocks]), expected.codes)
        assert np.array_equal(blocks[-1].outputs, expected.outputs)


def test_the_types_of_a_shape_say_its_whole_numbers() -> None:
    size = stack_size(ModelConfig(**SHAPES["shipped"]), "int8")
    kind = type_of((size, np.zeros(3, np.float32)), specialised=True)
    parts = dict(zip(size._fields, kind.types[0].types, strict=True))
    assert parts["residual_pad"] == types.literal(64)
    assert parts["z_pad"] == types.literal(128)
    assert parts["residual_scale"] == types.float64
    assert kind.types[1] == typeof(np.zeros(3, np.float32))


def test_models_of_one_shape_have_the_same_types_and_those_of_another_do_not() -> None:
    one, other = (ModelConfig(dilations=d, **SHAPES["shipped"]) for d in ((1, 2), (8, 5)))
    frames = ModelConfig(dilations=(1, 2), local=LocalConfig(4, 10), **SHAPES["shipped"])
    kinds = [type_of((stack_size(c, "int8"), ends(c)), specialised=True) for c in (one, other, frames)]
    assert kinds[0] == kinds[1]
    assert kinds[0] != kinds[2]


def test_the_types_of_any_shape_say_no_number() -> None:
    sizes = [stack_size(ModelConfig(**shape), "int8") for shape in SHAPES.values()]
    assert len({type_of(size, specialised=False) for size in sizes}) == 1
    assert type_of(sizes[0], specialised=False) == typeof(sizes[0])


def test_a_tuple_type_keeps_numbers_that_its_parts_say() -> None:
    size = stack_size(ModelConfig(), "int8")
    kind = type_of(size, specialised=True)
    assert tuple_type(kind.types, type(size)) == kind
    assert tuple_type([types.int64, types.float32], None) == types.Tuple((types.int64, types.float32))
