from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import (
    AffineTransform,
    Categorical,
    MixtureSameFamily,
    Normal,
    SigmoidTransform,
    TransformedDistribution,
    Uniform,
)

from engine.network.losses import bits_torch, cross_entropy_bits
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import bits_of

LOGISTICS = ModelConfig(output="logistics", components=4)
GAUSSIAN = ModelConfig(output="gaussian")


def logistic(mean: torch.Tensor, scale: torch.Tensor) -> TransformedDistribution:
    """The logistic distribution as torch's own documentation builds it from a uniform one."""
    base = Uniform(torch.zeros_like(mean), torch.ones_like(mean))
    return TransformedDistribution(base, [SigmoidTransform().inv, AffineTransform(mean, scale)])


def example(config: ModelConfig, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    outputs = torch.randn(2, 50, config.outputs, generator=generator)
    outputs[..., -(config.components if config.output == "logistics" else 1) :] -= 2.0
    return outputs, torch.randint(-32768, 32768, (2, 50), generator=generator)


def test_bits_of_logistics_are_those_of_torchs_distributions() -> None:
    outputs, codes = example(LOGISTICS)
    codes[0, 0], codes[0, 1] = -32768, 32767
    logits, mean, log_scale = outputs.double().chunk(3, dim=-1)
    components = logistic(mean, log_scale.exp())
    parts = MixtureSameFamily(Categorical(logits=logits), components, validate_args=False)
    above = torch.where(codes == 32767, 1.0, parts.cdf((codes + 0.5) / 32768))
    below = torch.where(codes == -32768, 0.0, parts.cdf((codes - 0.5) / 32768))
    expected = -(above - below).log2()
    sure = expected < 30.0  # the difference of two cdf is worthless where it is near its rounding
    assert sure.float().mean() > 0.9
    assert torch.allclose(bits_torch(LOGISTICS, outputs, codes)[sure].double(), expected[sure], rtol=1e-5)


def test_bits_of_a_gaussian_are_those_of_torchs_distributions() -> None:
    outputs, codes = example(GAUSSIAN)
    outputs[..., 1] += 2.0
    codes[0, 0], codes[0, 1] = -32768, 32767
    mean, log_scale = outputs.double().unbind(-1)
    normal = Normal(mean, log_scale.exp())
    above = torch.where(codes == 32767, 1.0, normal.cdf((codes + 0.5) / 32768))
    below = torch.where(codes == -32768, 0.0, normal.cdf((codes - 0.5) / 32768))
    expected = -(above - below).log2()
    sure = expected < 30.0
    assert sure.float().mean() > 0.9
    assert torch.allclose(bits_torch(GAUSSIAN, outputs, codes)[sure].double(), expected[sure], rtol=1e-5)


@pytest.mark.parametrize("config", [LOGISTICS, GAUSSIAN, ModelConfig()])
def test_training_and_scoring_count_the_same_bits(config: ModelConfig) -> None:
    outputs, codes = example(config)
    kind = np.int16
    if config.output == "softmax":
        codes, kind = codes % 256, np.uint8
    outputs[1] *= 8.0  # far tails, narrow and wide scales
    found = bits_torch(config, outputs, codes)
    flat = outputs.reshape(-1, config.outputs).numpy()
    expected = bits_of(config, flat, codes.flatten().numpy().astype(kind))
    assert found.flatten().numpy() == pytest.approx(expected, rel=1e-5)
    assert found.dtype == torch.float32


@pytest.mark.parametrize("config", [LOGISTICS, GAUSSIAN])
def test_the_gradient_is_that_of_the_bits(config: ModelConfig) -> None:
    outputs, codes = example(config)
    outputs = (outputs[:, :10]).double()
    outputs[1] *= 3.0
    outputs.requires_grad_()
    codes = codes[:, :10]
    codes[0, 0], codes[0, 1] = -32768, 32767
    bits_torch(config, outputs, codes).double().sum().backward()
    step = 1e-5
    flat = outputs.detach().reshape(-1, config.outputs)
    for index in range(config.outputs):
        moved = [flat.clone(), flat.clone()]
        moved[0][:, index] -= step
        moved[1][:, index] += step
        # In numpy's float64, from outputs that float32 does not round.
        low, high = (_bits64(config, m.numpy(), codes.flatten().numpy()) for m in moved)
        expected = (high - low) / (2 * step)
        found = outputs.grad.reshape(-1, config.outputs)[:, index].numpy()  # type: ignore[union-attr]
        assert found == pytest.approx(expected, rel=1e-3, abs=1e-3)


def _bits64(config: ModelConfig, outputs: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return bits_of(config, outputs, codes.astype(np.int16))


@pytest.mark.parametrize("config", [LOGISTICS, GAUSSIAN])
@pytest.mark.parametrize("size", [1.0, 100.0, 1e5, 1e9])
def test_bits_and_gradients_stay_finite_for_absurd_outputs(config: ModelConfig, size: float) -> None:
    outputs, codes = example(config)
    codes[0, 0], codes[0, 1] = -32768, 32767
    outputs = (outputs * size).requires_grad_()
    bits = bits_torch(config, outputs, codes)
    bits.sum().backward()
    assert torch.isfinite(bits).all()
    assert torch.isfinite(outputs.grad).all()  # type: ignore[arg-type]


def test_bits_of_a_uniform_prediction_are_eight() -> None:
    assert cross_entropy_bits(torch.zeros(1, 3, 256), torch.tensor([[0, 7, 255]])).tolist() == [[8.0] * 3]
