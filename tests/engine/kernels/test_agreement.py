"""Every engine against the parallel forward that models are trained with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.pack import add_condition, pack_biases
from engine.kernels.reference import ReferenceKernel
from engine.network.model import WaveNet
from engine.wavenet import distributions, mulaw
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile
from tests.models import SHIPPED, save_tiny_model

CHOSEN = GenerationParams(tags=(("piano", 0.7), ("fast", 1.5)), speaker="rms")
SHAPES: dict[str, dict[str, Any]] = {
    "two taps": {},
    "three taps": {"kernel_size": 3},
    "without conditions": {"tags": (), "speakers": ()},
    "odd widths": {
        "kernel_size": 3,
        "residual_channels": 24,
        "gate_channels": 20,
        "skip_channels": 33,
        "head_channels": 7,
    },
    "scaled sums": {"residual_scale": 0.5**0.5, "skip_scale": 0.25},
    "long dilations": {"dilations": (1, 64, 100, 3)},
    "shipped": SHIPPED,
}


def parallel_logits(
    model: ModelFile, params: GenerationParams, codes: NDArray[np.uint8]
) -> NDArray[np.float32]:
    network = WaveNet(model.config).eval()
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    inputs = np.concatenate([[mulaw.SILENCE], codes[:-1]]).astype(np.int64)
    choices = condition_inputs(model.config, params)
    with torch.inference_mode():
        return network(torch.from_numpy(inputs)[None], torch.from_numpy(choices)[None])[0].numpy()  # type: ignore[no-any-return]


def stepped_logits(kernel: Kernel, params: GenerationParams, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    biases = kernel.project(condition_inputs(kernel.config, params))
    return kernel.advance(kernel.new_state([0]), biases, codes)[0]


def some_codes(n: int = 400) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, n).astype(np.uint8)


@pytest.fixture(params=SHAPES)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> ModelFile:
    return save_tiny_model(tmp_path / "m.safetensors", **SHAPES[request.param])


@pytest.fixture
def params(model: ModelFile) -> GenerationParams:
    return CHOSEN if model.config.conditioned else GenerationParams()


def test_float32_logits_are_the_parallel_forwards_from_the_first_sample(
    model: ModelFile, params: GenerationParams
) -> None:
    expected = parallel_logits(model, params, some_codes())
    stepped = stepped_logits(CpuKernel(model, precision="float32"), params, some_codes())
    assert np.abs(stepped - expected).max() < 1e-4


def test_the_reference_steps_logits_are_the_parallel_forwards_from_the_first_sample(
    model: ModelFile, params: GenerationParams
) -> None:
    expected = parallel_logits(model, params, some_codes(150))
    stepped = stepped_logits(ReferenceKernel(model), params, some_codes(150))
    assert np.abs(stepped - expected).max() < 1e-4


@pytest.mark.parametrize("precision", ["int8", "int16"])
def test_packed_weights_cost_less_than_five_thousandths_of_a_bit(
    model: ModelFile, params: GenerationParams, precision: str
) -> None:
    codes = some_codes(4000)
    exact = distributions.bits(stepped_logits(CpuKernel(model, precision="float32"), params, codes), codes)
    packed = distributions.bits(stepped_logits(CpuKernel(model, precision=precision), params, codes), codes)
    assert abs(packed.mean() - exact.mean()) < 0.005


def test_sixteen_bits_are_nearer_to_float32_than_eight(model: ModelFile, params: GenerationParams) -> None:
    exact, fine, coarse = (
        stepped_logits(CpuKernel(model, precision=precision), params, some_codes())
        for precision in ("float32", "int16", "int8")
    )
    assert np.abs(fine - exact).max() < 0.2 * np.abs(coarse - exact).max()


def test_blocks_of_any_size_draw_the_same_samples(model: ModelFile, params: GenerationParams) -> None:
    kernel = CpuKernel(model)
    biases = kernel.project(condition_inputs(model.config, params))
    drawn = []
    for sizes in ((1240,), (1, 7, 64, 128, 1000, 40), (1,) * 40 + (1200,)):
        state = kernel.new_state([11])
        drawn.append(np.concatenate([kernel.generate(state, biases, Sampling(), n)[0].codes for n in sizes]))
        assert state.position == 1240
    assert np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[0], drawn[2])


def test_a_condition_is_the_same_on_both_engines(model: ModelFile, params: GenerationParams) -> None:
    choices = condition_inputs(model.config, params)
    expected = add_condition(
        pack_biases(model), ReferenceKernel(model).project(choices).numpy(), model.config
    )
    for found, summed in zip(CpuKernel(model).project(choices), expected, strict=True):
        assert found.shape == summed.shape
        assert np.abs(found - summed).max() < 1e-5
