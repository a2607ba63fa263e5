"""Layers whose gates are shut, or whose skip is off: engines draw as a network without what they give."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from engine.analysis.contributions import shares_of
from engine.analysis.network import Given, LayerNetwork
from engine.kernels.base import Kernel, shut_gates
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model

MUTED = (0, 3)
FEATURES = np.array([1.0, 0.0, 0.5, 1.0, 0.0], np.float32)
CODES = np.random.default_rng(7).integers(0, 256, 60).astype(np.uint8)


def silenced(model: ModelFile) -> ModelFile:
    """The same model with nothing but biases behind the muted layers' gates."""
    weights = {key: value.copy() for key, value in model.weights.items()}
    gate = model.config.gate_channels
    for layer in MUTED:
        weights["skip.weight"][:, layer * gate : (layer + 1) * gate] = 0.0
        weights[f"layers.{layer}.residual.weight"][:] = 0.0
    return ModelFile(model.header, weights)


@cache
def kernels(engine: str) -> tuple[Kernel, Kernel]:
    """With all layers, and with silenced ones."""
    model = random_model(ModelConfig(**TINY), seed=8)
    if engine == "reference":
        return ReferenceKernel(model), ReferenceKernel(silenced(model))
    return CpuKernel(model, precision=engine), CpuKernel(silenced(model), precision=engine)


@pytest.mark.parametrize(
    ("engine", "most"), [("reference", 1e-5), ("float32", 1e-4), ("int16", 2e-3), ("int8", 0.1)]
)
def test_muted_layers_give_nothing(engine: str, most: float) -> None:
    """``most``: how far rounding may take them apart."""
    whole, without = kernels(engine)
    found = whole.advance(whole.new_state([1]), whole.project(FEATURES, MUTED), CODES)
    wanted = without.advance(without.new_state([1]), without.project(FEATURES), CODES)
    np.testing.assert_allclose(found, wanted, atol=most)
    heard = whole.advance(whole.new_state([1]), whole.project(FEATURES), CODES)
    assert np.abs(heard - found).max() > 0.2


def test_the_open_network_mutes_the_same() -> None:
    model = random_model(ModelConfig(**TINY), seed=8)
    network, given = LayerNetwork(model), Given(FEATURES, muted=frozenset(MUTED))
    gated = np.stack([layer.z for layer in network.walk(network.before(CODES), given)])
    found = shares_of(network, gated, CODES, given)
    kernel = kernels("reference")[0]
    logits = kernel.advance(kernel.new_state([1]), kernel.project(FEATURES, MUTED), CODES)[0]
    np.testing.assert_allclose(found.drawn, logits[np.arange(60), CODES] - logits.mean(axis=1), atol=1e-4)
    assert not found.shares[list(MUTED)].any()


def test_models_without_a_condition_mute_too() -> None:
    config = ModelConfig(**{**TINY, "tags": (), "speakers": ()})
    model, nothing = random_model(config, seed=9), np.zeros(0, np.float32)
    for kernel, other in (
        (ReferenceKernel(model), ReferenceKernel(silenced(model))),
        (CpuKernel(model, precision="float32"), CpuKernel(silenced(model), precision="float32")),
    ):
        found = kernel.advance(kernel.new_state([1]), kernel.project(nothing, MUTED), CODES)
        wanted = other.advance(other.new_state([1]), other.project(nothing), CODES)
        np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_only_gates_are_shut() -> None:
    config = ModelConfig(**TINY)
    added = shut_gates(config, (2,))
    assert added.shape == (8 * 2 * 16 + 16,)
    assert np.flatnonzero(added).tolist() == list(range(2 * 32 + 16, 3 * 32))
    assert not shut_gates(config, ()).any()


def without_skips(model: ModelFile) -> ModelFile:
    """The same model in which later layers alone see what the layers in MUTED give."""
    weights = {key: value.copy() for key, value in model.weights.items()}
    gate = model.config.gate_channels
    for layer in MUTED:
        weights["skip.weight"][:, layer * gate : (layer + 1) * gate] = 0.0
    return ModelFile(model.header, weights)


@pytest.mark.parametrize(
    ("engine", "most"), [("reference", 1e-6), ("float32", 1e-5), ("int16", 1e-3), ("int8", 0.1)]
)
def test_layers_whose_skip_is_off_still_give_to_later_ones(engine: str, most: float) -> None:
    """``most``: how far the scale of a row of weights, which hangs on the largest, may take them apart."""
    model = random_model(ModelConfig(**TINY), seed=8)
    whole, _ = kernels(engine)
    other: Kernel = (
        ReferenceKernel(without_skips(model))
        if engine == "reference"
        else CpuKernel(without_skips(model), precision=engine)
    )
    found = whole.advance(whole.new_state([1]), whole.project(FEATURES, (), MUTED), CODES)
    wanted = other.advance(other.new_state([1]), other.project(FEATURES), CODES)
    np.testing.assert_allclose(found, wanted, atol=most)
    plain = whole.advance(whole.new_state([1]), whole.project(FEATURES), CODES)
    off = whole.advance(whole.new_state([1]), whole.project(FEATURES, MUTED), CODES)
    assert np.abs(plain - found).max() > 0.1
    assert np.abs(off - found).max() > 0.05


def test_streams_in_lockstep_go_without_skips_as_one_alone_does() -> None:
    kernel, _ = kernels("int8")
    biases = kernel.project(FEATURES, (1,), MUTED)
    together = kernel.generate(kernel.new_state([5, 6]), biases, Sampling(), 40)
    for seed, block in zip((5, 6), together, strict=True):
        alone = kernel.generate(kernel.new_state([seed]), biases, Sampling(), 40)[0]
        np.testing.assert_array_equal(alone.codes, block.codes)


def test_skips_that_come_back_are_the_very_same() -> None:
    kernel, _ = kernels("int8")
    state, other = kernel.new_state([5]), kernel.new_state([5])
    kernel.advance(state, kernel.project(FEATURES, (), MUTED), CODES, outputs=False)
    kernel.advance(other, kernel.project(FEATURES), CODES, outputs=False)
    back = kernel.generate(state, kernel.project(FEATURES), Sampling(), 40)[0]
    always = kernel.generate(other, kernel.project(FEATURES), Sampling(), 40)[0]
    np.testing.assert_array_equal(back.codes, always.codes)


def test_the_open_network_goes_without_skips_the_same() -> None:
    model = random_model(ModelConfig(**TINY), seed=8)
    network, given = LayerNetwork(model), Given(FEATURES, unskipped=frozenset(MUTED))
    gated = np.stack([layer.z for layer in network.walk(network.before(CODES), given)])
    found = shares_of(network, gated, CODES, given)
    kernel = kernels("reference")[0]
    logits = kernel.advance(kernel.new_state([1]), kernel.project(FEATURES, (), MUTED), CODES)[0]
    np.testing.assert_allclose(found.drawn, logits[np.arange(60), CODES] - logits.mean(axis=1), atol=1e-4)
    assert not found.shares[list(MUTED)].any()
    assert gated[list(MUTED)].any()
