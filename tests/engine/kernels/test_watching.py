"""What layers saw, read back from a stream's rings, is what they are given in the open network."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.network import Given, LayerNetwork
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.kernels.watching import layer_inputs
from engine.wavenet.config import ModelConfig
from tests.models import TINY, random_model

FEATURES = np.zeros(5, np.float32)
CODES = np.random.default_rng(3).integers(0, 256, 300).astype(np.uint8)


@pytest.mark.parametrize("taps", [2, 3])
def test_inputs_of_a_running_stream_are_those_of_the_open_network(taps: int) -> None:
    model = random_model(ModelConfig(**TINY, kernel_size=taps), seed=2)
    kernel, network, times = (
        CpuKernel(model, precision="float32"),
        LayerNetwork(model),
        np.array([5, 17, 299]),
    )
    state = kernel.new_state([1], rewindable=True)
    for part in (CODES[:180], CODES[180:]):
        kernel.advance(state, kernel.project(FEATURES), part, outputs=False)
    found = layer_inputs(state, model.config, times)
    assert found is not None
    layers = network.walk(network.before(CODES), Given(FEATURES))
    wanted = np.stack([network.taps(layer.number, layer.x)[times] for layer in layers])
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_what_is_not_kept_gives_none() -> None:
    model = random_model(ModelConfig(**TINY), seed=2)
    kernel = CpuKernel(model, precision="float32")
    state = kernel.new_state([1], rewindable=True)
    kernel.advance(state, kernel.project(FEATURES), CODES, outputs=False)
    some = np.array([10, 20])
    assert layer_inputs(state, model.config, some) is not None
    assert layer_inputs(state, model.config, np.array([10, 300])) is None
    assert layer_inputs(state, model.config, some[:0]) is None
    restored = kernel.restore(kernel.snapshot(state), rewindable=True)
    assert layer_inputs(restored, model.config, some) is None
    plain, reference = kernel.new_state([1]), ReferenceKernel(model)
    kernel.advance(plain, kernel.project(FEATURES), CODES, outputs=False)
    assert layer_inputs(plain, model.config, some) is None
    assert layer_inputs(reference.new_state([1], rewindable=True), model.config, some) is None
