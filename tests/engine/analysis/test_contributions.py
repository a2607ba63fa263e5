"""Shares of the skip sum: known for two sines, and those of torch's own gradient for any network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.analysis.contributions import contributions, contributions_at, relative
from engine.analysis.network import Given, LayerNetwork
from engine.wavenet.codes import encode
from engine.wavenet.config import ModelConfig
from tests.engine.analysis.two_sines import CONFIG, before_and_earlier, sines, two_sines_model
from tests.models import TINY, random_model

NOTHING = Given(np.zeros(0, np.float32))


def test_of_two_sines_each_layer_contributes_its_own() -> None:
    four, two = sines(2000)
    found = contributions(LayerNetwork(two_sines_model()), encode(CONFIG, four + two), NOTHING)
    last, earlier = before_and_earlier(four + two)
    np.testing.assert_allclose(found.shares[0], np.tanh(0.5 * last + 0.5 * earlier), atol=5e-5)
    np.testing.assert_allclose(found.shares[1], np.tanh(0.5 * last - 0.5 * earlier), atol=5e-5)
    np.testing.assert_allclose(found.shares[0, 9:], four[8:-1], atol=1e-4)
    np.testing.assert_allclose(found.shares[1, 9:], two[8:-1], atol=1e-4)
    np.testing.assert_allclose(found.drawn, found.shares.sum(axis=0), atol=2e-6)


def test_one_sine_alone_leaves_the_other_layer_next_to_nothing() -> None:
    four, two = sines(2000)
    network = LayerNetwork(two_sines_model())
    for sine, strong in ((four, 0), (two, 1)):
        parts = relative(contributions(network, encode(CONFIG, sine), NOTHING).shares[:, 9:])
        assert parts[strong] > 0.99
        assert parts.sum() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("output", ["softmax", "logistics", "gaussian"])
def test_shares_are_those_of_torchs_gradient(output: str) -> None:
    """∂y / ∂s from autograd, with y written out here once more."""
    config = ModelConfig(**TINY, output=output, input="embedding" if output == "softmax" else "scalar")
    model, rng = random_model(config, seed=3), np.random.default_rng(3)
    codes = rng.integers(0, 256, 50).astype(np.uint8)
    if output != "softmax":
        codes = rng.integers(-9000, 9000, 50).astype(np.int16)
    network, given = LayerNetwork(model), Given(rng.standard_normal(5).astype(np.float32))
    found = contributions(network, codes, given)

    w = {key: torch.from_numpy(value) for key, value in model.weights.items()}
    gated = [torch.from_numpy(layer.z) for layer in network.walk(network.before(codes), given)]
    parts = [z @ w["skip.weight"][:, i * 16 : (i + 1) * 16].T for i, z in enumerate(gated)]
    condition = w["skip_condition.weight"] @ w["condition.weight"] @ torch.from_numpy(given.features)
    skip = (sum(parts) + w["skip.bias"] + condition).requires_grad_()
    hidden = torch.relu(torch.relu(skip) @ w["head.weight"].T + w["head.bias"])
    outputs = hidden @ w["output.weight"].T + w["output.bias"]
    if output == "softmax":
        drawn = outputs[torch.arange(50), codes.astype(np.int64)] - outputs.mean(dim=1)
    elif output == "gaussian":
        drawn = outputs[:, 0]
    else:
        drawn = (torch.softmax(outputs[:, :10], dim=1) * outputs[:, 10:20]).sum(dim=1)
    drawn.sum().backward()
    assert skip.grad is not None
    wanted = np.stack([(skip.grad * part).sum(dim=1).detach().numpy() for part in parts])
    np.testing.assert_allclose(found.drawn, drawn.detach().numpy(), atol=2e-5)
    np.testing.assert_allclose(found.shares, wanted, atol=2e-5)


def test_samples_whose_layers_inputs_are_known_have_the_same_shares() -> None:
    model, rng = random_model(ModelConfig(**TINY), seed=4), np.random.default_rng(4)
    codes, given = rng.integers(0, 256, 80).astype(np.uint8), Given(rng.standard_normal(5).astype(np.float32))
    network, some = LayerNetwork(model), np.array([3, 40, 79])
    taps = np.stack(
        [network.taps(layer.number, layer.x)[some] for layer in network.walk(network.before(codes), given)]
    )
    found, whole = contributions_at(network, taps, codes[some], given), contributions(network, codes, given)
    np.testing.assert_allclose(found.shares, whole.shares[:, some], atol=1e-5)
    np.testing.assert_allclose(found.drawn, whole.drawn[some], atol=1e-5)


def test_parts_of_nothing_are_zeros() -> None:
    assert relative(np.zeros((3, 4), np.float32)).tolist() == [0.0, 0.0, 0.0]
    assert relative(np.array([[1, -1], [3, 3]], np.float32)).tolist() == [0.25, 0.75]
