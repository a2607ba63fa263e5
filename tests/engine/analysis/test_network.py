"""The open network computes what the network in torch computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.analysis.network import Given, LayerNetwork
from engine.errors import StudioError
from engine.network.model import WaveNet
from engine.wavenet.codes import as_inputs
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import ContextConfig, LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import ODD, TINY, random_model


def torch_outputs(
    model: ModelFile, before: np.ndarray, features: np.ndarray, rows: np.ndarray | None
) -> np.ndarray:
    network = WaveNet(model.config)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    values = torch.from_numpy(as_inputs(model.config, before))
    with torch.inference_mode():
        made: np.ndarray = network(
            (values.long() if model.config.input == "embedding" else values)[None],
            torch.from_numpy(features)[None] if model.config.conditioned else None,
            None if rows is None else torch.from_numpy(rows)[None],
        ).numpy()[0]
    return made


def open_outputs(model: ModelFile, before: np.ndarray, given: Given) -> np.ndarray:
    network = LayerNetwork(model)
    skip = network.skip_bias(given) + sum(
        layer.z @ network.skip_weight(layer.number).T for layer in network.walk(before, given)
    )
    made: np.ndarray = network.head(skip)[1]
    return made


@pytest.mark.parametrize(
    "config",
    [
        ModelConfig(**TINY),
        ModelConfig(**ODD),
        ModelConfig(**TINY, input="scalar", output="logistics", residual_scale=0.7, skip_scale=0.3),
        ModelConfig(**TINY, local=LocalConfig(channels=3, hop=10)),
    ],
    ids=["embedding", "three taps", "scalar", "local"],
)
def test_its_outputs_are_those_of_torch(config: ModelConfig) -> None:
    model, rng = random_model(config), np.random.default_rng(1)
    before = rng.integers(0, 256, 60).astype(np.uint8)
    if config.output != "softmax":
        before = rng.integers(-9000, 9000, 60).astype(np.int16)
    features = rng.standard_normal(config.global_channels).astype(np.float32)
    rows = rng.standard_normal((6, 3)).astype(np.float32) if config.local else None
    local = None if rows is None else LocalRows(rows, np.arange(60) // 10, np.zeros(60, np.float32))
    found = open_outputs(model, before, Given(features, local))
    np.testing.assert_allclose(found, torch_outputs(model, before, features, rows), rtol=0, atol=2e-5)


def test_a_local_condition_between_two_rows_is_their_mixture() -> None:
    model, rng = (
        random_model(ModelConfig(**TINY, local=LocalConfig(channels=3, hop=1))),
        np.random.default_rng(2),
    )
    rows, before = rng.standard_normal((2, 3)).astype(np.float32), np.full(9, 100, np.uint8)
    features = np.zeros(model.config.global_channels, np.float32)
    mixed = LocalRows(rows, np.zeros(9, np.int64), np.full(9, 0.25, np.float32))
    plain = LocalRows.constant(0.75 * rows[0] + 0.25 * rows[1], 9)
    found, wanted = (open_outputs(model, before, Given(features, local)) for local in (mixed, plain))
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_a_muted_layer_gives_zeros_and_the_next_one_its_input_and_residual_bias() -> None:
    model = random_model(ModelConfig(**TINY))
    network, given = LayerNetwork(model), Given(np.zeros(5, np.float32), muted=frozenset({1}))
    layers = list(network.walk(np.arange(40, dtype=np.uint8), given))
    assert not layers[1].z.any()
    assert layers[0].z.any()
    np.testing.assert_allclose(layers[2].x, layers[1].x + model.weights["layers.1.residual.bias"], atol=1e-6)


def test_context_stacks_are_refused_in_one_line() -> None:
    context = ContextConfig(pooling=4, dilations=(1,), channels=2, residual_channels=4, gate_channels=4)
    model = random_model(ModelConfig(**TINY, contexts=(context,)))
    with pytest.raises(StudioError, match=r"model 'random' has context stacks.*take another"):
        LayerNetwork(model)
