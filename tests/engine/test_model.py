from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.checkpoint import weight_shapes
from engine.config import ModelConfig
from engine.model import WaveNet, count_weights, cross_entropy_bits, delay

SMALL = {"residual_channels": 8, "gate_channels": 12, "skip_channels": 16, "head_channels": 20}


def small(**fields: object) -> WaveNet:
    torch.manual_seed(0)
    model = WaveNet(ModelConfig(**{"dilations": (1, 2, 4), **SMALL, **fields}))  # type: ignore[arg-type]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0.0, 0.5)
    return model.eval()


@pytest.mark.parametrize("kernel_size", [2, 3])
def test_the_receptive_field_is_exactly_what_the_config_says(kernel_size: int) -> None:
    model = small(kernel_size=kernel_size)
    field = model.config.receptive_field
    codes = torch.randint(0, 256, (1, 40))
    changed = codes.clone()
    changed[0, 5] = (codes[0, 5] + 100) % 256
    with torch.inference_mode():
        moved = (model(codes) != model(changed)).any(dim=-1)[0]
    assert moved.nonzero().flatten().tolist() == list(range(5, 5 + field))


def test_a_parameter_named_in_the_model_file_is_a_parameter_of_the_network() -> None:
    for fields in ({}, {"tags": ("a", "b")}, {"speakers": ("s",), "kernel_size": 3}):
        model = small(**fields)
        assert {n: tuple(p.shape) for n, p in model.named_parameters()} == weight_shapes(model.config)


def test_one_layer_computes_the_papers_gated_unit() -> None:
    model = small(dilations=(2,), residual_scale=0.5)
    layer = model.layers[0]
    x = torch.randn(1, 5, 8)
    with torch.inference_mode():
        out, h = layer(x, None)
    weight, bias = layer.dilated.weight.detach().numpy(), layer.dilated.bias.detach().numpy()
    xs = x[0].numpy()
    past = np.vstack([np.zeros((2, 8), np.float32), xs[:-2]])
    z = past @ weight[:, :8].T + xs @ weight[:, 8:].T + bias
    expected = np.tanh(z[:, :12]) / (1 + np.exp(-z[:, 12:]))
    assert h[0].numpy() == pytest.approx(expected, abs=1e-5)
    residual = expected @ layer.residual.weight.detach().numpy().T + layer.residual.bias.detach().numpy()
    assert out[0].numpy() == pytest.approx((xs + residual) * 0.5, abs=1e-5)


def test_a_tags_weight_scales_its_vector() -> None:
    model = small(tags=("a", "b"))
    with torch.no_grad():
        model.condition.weight[:, 1] = 2.0 * model.condition.weight[:, 0]
    codes = torch.randint(0, 256, (1, 10))
    with torch.inference_mode():
        one = model(codes, torch.tensor([[1.0, 0.0]]))
        half_of_the_double = model(codes, torch.tensor([[0.0, 0.5]]))
        none = model(codes, torch.tensor([[0.0, 0.0]]))
    assert torch.allclose(one, half_of_the_double, atol=1e-5)
    assert not torch.allclose(one, none, atol=1e-2)


def test_a_delay_brings_zeros_first() -> None:
    x = torch.arange(1.0, 5.0).view(1, 4, 1)
    assert delay(x, 3).flatten().tolist() == [0.0, 0.0, 0.0, 1.0]
    assert delay(x, 9).flatten().tolist() == [0.0] * 4


def test_bits_of_a_uniform_prediction_are_eight() -> None:
    assert cross_entropy_bits(torch.zeros(1, 3, 256), torch.tensor([[0, 7, 255]])).tolist() == [[8.0] * 3]


def test_a_fresh_model_predicts_next_to_nothing() -> None:
    torch.manual_seed(0)
    model = WaveNet(ModelConfig(tags=("a",)))
    codes = torch.randint(0, 256, (1, 200))
    with torch.inference_mode():
        bits = cross_entropy_bits(model(codes, torch.ones(1, 1)), codes).mean()
    assert math.isclose(float(bits), 8.0, abs_tol=0.3)


def test_the_standard_size_has_under_a_million_weights_without_conditions() -> None:
    assert 0.9e6 < count_weights(WaveNet(ModelConfig())) < 1.0e6
