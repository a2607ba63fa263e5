from __future__ import annotations

import numpy as np
import pytest
from torch import Tensor

from engine.kernels.reference import ReferenceKernel
from engine.kernels.state import StreamState
from engine.wavenet import mulaw
from engine.wavenet.codes import code_type
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling, draw_code
from engine.wavenet.model_file import ModelFile
from tests.models import random_model

SMALL = {"dilations": (1, 2, 4), "residual_channels": 6, "gate_channels": 5, "skip_channels": 7}
CONTEXT = ContextConfig(pooling=4, dilations=(1, 2), channels=3, residual_channels=5, gate_channels=6)
OUTPUTS = ("softmax", "logistics", "gaussian")


def model(**fields: object) -> ModelFile:
    return random_model(ModelConfig(**{**SMALL, "head_channels": 8, **fields}))  # type: ignore[arg-type]


def opened(kernel: ReferenceKernel) -> tuple[StreamState, Tensor]:
    choices = condition_inputs(kernel.config, GenerationParams())
    return kernel.new_state([3]), kernel.project(choices)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("source", ["embedding", "scalar"])
def test_generating_and_being_told_the_same_samples_leave_the_same_state(output: str, source: str) -> None:
    kernel = ReferenceKernel(model(output=output, input=source, components=2))
    drawn, biases = opened(kernel)
    told = kernel.snapshot(drawn)
    (block,) = kernel.generate(drawn, biases, Sampling(), 40)
    assert block.codes.dtype == code_type(kernel.config)
    found = kernel.advance(told, biases, block.codes)
    assert np.array_equal(found[0, -1], block.outputs)
    assert np.array_equal(drawn.histories, told.histories)
    assert (drawn.position, drawn.previous) == (told.position, told.previous) == (40, int(block.codes[-1]))


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_sample_is_drawn_from_the_outputs_before_it(output: str) -> None:
    kernel = ReferenceKernel(model(output=output, components=2))
    state, biases = opened(kernel)
    sampling = Sampling(0.8, 5, 0.9)
    codes = kernel.generate(state, biases, sampling, 30)[0].codes
    outputs = kernel.advance(kernel.new_state([3]), biases, codes)[0]
    assert codes.tolist() == [draw_code(kernel.config, row, sampling, 3, i) for i, row in enumerate(outputs)]


def test_without_outputs_the_state_moves_on_all_the_same() -> None:
    kernel = ReferenceKernel(model(tags=("a",)))
    one, biases = opened(kernel)
    other = kernel.snapshot(one)
    codes = np.random.default_rng(0).integers(0, 256, 30).astype(np.uint8)
    kernel.advance(one, biases, codes)
    assert kernel.advance(other, biases, codes, outputs=False).shape == (1, 0, 256)
    assert np.array_equal(one.histories, other.histories)
    assert (one.position, one.previous) == (other.position, other.previous)


def test_the_global_bias_is_each_layers_product_with_the_condition() -> None:
    one = model(tags=("a", "b"), speakers=("s",), vector_channels=2, condition_channels=4)
    choices = np.array([0.5, 0.0, 1.0, -1.0, 2.0], np.float32)
    vector = one.weights["condition.weight"] @ choices
    names = [*(f"layers.{i}.condition.weight" for i in range(3)), "skip_condition.weight"]
    expected = np.concatenate([one.weights[name] @ vector for name in names])
    assert ReferenceKernel(one).project(choices).numpy() == pytest.approx(expected, abs=1e-6)


def test_a_row_between_two_is_their_mixture() -> None:
    kernel = ReferenceKernel(model(local=LocalConfig(channels=3, hop=4)))
    rows = np.random.default_rng(0).standard_normal((2, 3)).astype(np.float32)
    between = LocalRows(rows, np.zeros(1, np.int64), np.array([0.25], np.float32))
    codes = np.zeros(1, np.uint8)
    found = []
    for local in (between, LocalRows.constant(0.75 * rows[0] + 0.25 * rows[1], 1)):
        state, biases = opened(kernel)
        found.append(kernel.advance(state, biases, codes, local=local))
    assert found[0] == pytest.approx(found[1], abs=1e-6)


def test_a_locally_conditioned_model_wants_rows() -> None:
    kernel = ReferenceKernel(model(local=LocalConfig(channels=3, hop=4)))
    state, biases = opened(kernel)
    with pytest.raises(ValueError, match="no rows"):
        kernel.generate(state, biases, Sampling(), 1)


def test_a_context_stack_computes_section_2_6_by_hand() -> None:
    one = model(contexts=(CONTEXT,))
    w = {key.removeprefix("contexts.0."): value for key, value in one.weights.items() if "contexts" in key}
    kernel = ReferenceKernel(one)
    state, biases = opened(kernel)
    codes = np.random.default_rng(0).integers(0, 256, 24).astype(np.uint8)
    amplitudes = mulaw.DECODED.astype(np.float32)[codes].reshape(6, 4)
    x = amplitudes @ w["input.weight"].T + w["input.bias"]
    gated = []
    for i, dilation in enumerate(CONTEXT.dilations):
        past = np.vstack([np.zeros((dilation, 5), np.float32), x])[: len(x)]
        z = np.hstack([past, x]) @ w[f"layers.{i}.dilated.weight"].T + w[f"layers.{i}.dilated.bias"]
        gated.append(np.tanh(z[:, :6]) / (1 + np.exp(-z[:, 6:])))
        x = x + gated[-1] @ w[f"layers.{i}.residual.weight"].T + w[f"layers.{i}.residual.bias"]
    expected = np.hstack(gated) @ w["skip.weight"].T + w["skip.bias"]
    for step, row in enumerate(expected):
        kernel.advance(state, biases, codes[4 * step : 4 * step + 4])
        assert state.contexts[0].row == pytest.approx(row, abs=1e-5)


def test_not_a_number_stops_the_stream_with_the_sample() -> None:
    one = model(contexts=(CONTEXT,))
    one.weights["layers.1.dilated.bias"][0] = np.nan
    kernel = ReferenceKernel(one)
    state, biases = opened(kernel)
    for outputs in (True, False):
        with pytest.raises(FloatingPointError, match="sample 0"):
            kernel.advance(state, biases, np.zeros(1, np.uint8), outputs)


def test_infinity_in_a_context_stack_stops_the_stream() -> None:
    one = model(contexts=(CONTEXT,))
    one.weights["contexts.0.skip.bias"][0] = np.inf
    kernel = ReferenceKernel(one)
    state, biases = opened(kernel)
    kernel.generate(state, biases, Sampling(), CONTEXT.pooling - 1)
    with pytest.raises(FloatingPointError, match="context stack 0"):
        kernel.generate(state, biases, Sampling(), 1)


def test_an_unknown_device_is_torchs_own_error() -> None:
    with pytest.raises(RuntimeError, match="nonsense"):
        ReferenceKernel(model(), device="nonsense")
