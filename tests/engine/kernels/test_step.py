"""Code that is compiled for one model's shape, held against the code that runs any."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernels.cpu import CpuKernel
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling
from tests.models import ODD, SHIPPED, random_model

SHAPES = {"shipped": SHIPPED, "odd numbers of vectors, three taps": ODD}


@pytest.mark.parametrize(
    ("shape", "precision"),
    [("shipped", "int8"), ("shipped", "float32"), ("odd numbers of vectors, three taps", "int8")],
)
def test_one_stream_of_a_shape_draws_what_each_of_several_draws(shape: str, precision: str) -> None:
    kernel = CpuKernel(random_model(ModelConfig(**SHAPES[shape])), precision=precision)
    biases = kernel.project(np.zeros(0, np.float32))
    together = kernel.generate(kernel.new_state([1, 2, 3]), biases, Sampling(), 130)
    for seed, expected in zip([1, 2, 3], together, strict=True):
        state = kernel.new_state([seed])
        blocks = [kernel.generate(state, biases, Sampling(), n)[0] for n in (1, 40, 89)]
        assert np.array_equal(np.concatenate([block.codes for block in blocks]), expected.codes)
        assert np.array_equal(blocks[-1].outputs, expected.outputs)
