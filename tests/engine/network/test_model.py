from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.reference import ReferenceKernel
from engine.network.layers import CausalStack, delay
from engine.network.losses import bits_torch
from engine.network.model import WaveNet
from engine.training.precision import Speed
from engine.wavenet.codes import as_inputs, decode, encode, silence
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.model_file import weight_shapes
from tests.models import random_model

SMALL = {"residual_channels": 8, "gate_channels": 12, "skip_channels": 16, "head_channels": 20}
CONTEXTS = (
    ContextConfig(pooling=4, dilations=(1, 2), channels=3, residual_channels=6, gate_channels=5),
    ContextConfig(
        pooling=6, dilations=(2, 1), channels=2, kernel_size=3, residual_channels=4, gate_channels=7
    ),
)
STRETCHED = LocalConfig(channels=3, hop=6, upsampling="stretched", scales=(2, 3), margin=1, bands=3)


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
    for fields in (
        {},
        {"tags": ("a", "b")},
        {"speakers": ("s",), "kernel_size": 3},
        {"vector_channels": 4, "input": "scalar", "output": "logistics", "contexts": CONTEXTS},
        {"output": "gaussian", "local": LocalConfig(channels=3, hop=4, upsampling="transposed")},
        {"local": STRETCHED, "contexts": CONTEXTS[:1]},
    ):
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


def test_other_layers_put_in_their_place_are_used_and_leave_the_model_as_it_was() -> None:
    class Silent(CausalStack):
        def forward(self, x: Any, skip: Any, h: Any = None, y: Any = None) -> Any:
            return skip.bias.expand(*x.shape[:2], -1)

    model = small()
    other = model.with_layers(Silent(model.layers))
    codes = torch.randint(0, 256, (1, 10))
    with torch.inference_mode():
        outputs, own = other(codes), model(codes)
        silent = model.output(torch.relu(model.head(torch.relu(model.skip.bias))))
    assert torch.allclose(outputs, silent.expand_as(outputs), atol=1e-5)
    assert not torch.allclose(outputs, own, atol=1e-2)
    assert list(other.state_dict()) == list(model.state_dict())
    assert all(a is b for a, b in zip(other.parameters(), model.parameters(), strict=True))


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


def test_the_standard_size_has_under_a_million_weights_without_conditions() -> None:
    assert 0.9e6 < sum(p.numel() for p in WaveNet(ModelConfig()).parameters()) < 1.0e6


LOCALS = st.sampled_from(
    [
        None,
        LocalConfig(channels=3, hop=7),
        LocalConfig(channels=3, hop=6, upsampling="linear"),
        LocalConfig(channels=3, hop=6, upsampling="transposed"),
        LocalConfig(channels=3, hop=5, upsampling="transposed"),
        STRETCHED,
    ]
)
CONFIGS = st.builds(
    ModelConfig,
    kernel_size=st.sampled_from([2, 3]),
    dilations=st.lists(st.sampled_from([1, 2, 3, 4, 8]), min_size=1, max_size=4).map(tuple),
    residual_channels=st.sampled_from([5, 8]),
    gate_channels=st.sampled_from([4, 7]),
    skip_channels=st.just(6),
    head_channels=st.just(9),
    condition_channels=st.just(3),
    residual_scale=st.sampled_from([1.0, 0.7]),
    skip_scale=st.sampled_from([1.0, 0.3]),
    tags=st.sampled_from([(), ("calm", "fast")]),
    speakers=st.sampled_from([(), ("slt", "rms")]),
    vector_channels=st.sampled_from([0, 3]),
    input=st.sampled_from(["embedding", "scalar"]),
    output=st.sampled_from(["softmax", "logistics", "gaussian"]),
    components=st.sampled_from([1, 4]),
    local=LOCALS,
    contexts=st.sampled_from([(), CONTEXTS[:1], CONTEXTS]),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(config=CONFIGS, seed=st.integers(0, 1000))
def test_the_forward_is_the_stepped_model_from_the_first_sample(config: ModelConfig, seed: int) -> None:
    model = random_model(config, seed)
    rng = np.random.default_rng(seed)
    codes = encode(config, rng.uniform(-0.9, 0.9, 41))
    frames = rng.standard_normal((6, 3)).astype(np.float32)  # too few for some hops
    params = GenerationParams(
        tags=(("fast", 0.5),) if config.tags else (),
        speaker="slt" if config.speakers else None,
        vector=(1.0, -2.0, 0.5) if config.vector_channels else (),
    )
    local = LocalCondition(model, frames) if config.local else None
    stepped = Generator(ReferenceKernel(model), params, 1, StreamConditions(local)).score(codes)
    net = WaveNet(config)
    net.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    past = np.concatenate([np.array([silence(config)], codes.dtype), codes[:-1]])
    inputs = torch.from_numpy(as_inputs(config, past))[None]
    with torch.inference_mode():
        outputs = net(
            inputs.long() if config.input == "embedding" else inputs,
            torch.from_numpy(condition_inputs(config, params))[None] if config.global_channels else None,
            torch.from_numpy(frames)[None] if config.local else None,
            torch.from_numpy(decode(codes))[None],
        )
    assert outputs[0].numpy() == pytest.approx(stepped, abs=1e-4)


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_context_stack_is_heard_from_the_step_after_and_as_long_as_the_config_says(
    context: ContextConfig,
) -> None:
    model = small(input="scalar", contexts=(context,), dilations=(1, 2))
    amplitudes, inputs = torch.randn(1, 120), torch.zeros(1, 120)
    changed = amplitudes.clone()
    changed[0, 30] += 1.0
    with torch.inference_mode():
        moved = (model(inputs, None, None, amplitudes) != model(inputs, None, None, changed)).any(-1)[0]
    first = (30 // context.pooling + 1) * context.pooling
    # The steps that hear sample 30 speak to the samples of their successors; the main layers remember them.
    steps = context.receptive_field // context.pooling
    heard = moved.nonzero().flatten().tolist()
    assert heard[0] == first
    assert heard[-1] - 30 < model.config.receptive_field
    assert set(range(first, first + steps * context.pooling)) <= set(heard)


def test_a_model_with_context_stacks_wants_amplitudes() -> None:
    model = small(contexts=CONTEXTS)
    with pytest.raises(ValueError, match="amplitudes"):
        model(torch.zeros(1, 5, dtype=torch.int64))


def test_no_frames_are_features_of_zero() -> None:
    model = small(local=LocalConfig(channels=3, hop=4))
    codes = torch.randint(0, 256, (2, 13))
    with torch.inference_mode():
        assert torch.equal(model(codes), model(codes, None, torch.zeros(2, 4, 3)))
        assert not torch.allclose(model(codes), model(codes, None, torch.ones(2, 4, 3)))


@pytest.mark.parametrize("output", ["softmax", "logistics", "gaussian"])
def test_every_parameter_is_trained(output: Any) -> None:
    model = small(
        input="scalar" if output == "gaussian" else "embedding",
        output=output,
        tags=("a",),
        local=STRETCHED if output == "softmax" else LocalConfig(channels=3, hop=5, upsampling="transposed"),
        contexts=CONTEXTS,
    )
    codes = torch.randint(0, 256, (2, 60))
    outputs = model(
        codes / 128 - 1 if output == "gaussian" else codes,
        torch.ones(2, 1),
        torch.randn(2, 12, 3),
        torch.rand(2, 60) - 0.5,
    )
    bits_torch(model.config, outputs, codes).mean().backward()
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == [
        # the last layer's x' goes nowhere
        *(f"contexts.{i}.layers.1.residual.{kind}" for i in (0, 1) for kind in ("weight", "bias")),
        *(f"layers.2.residual.{kind}" for kind in ("weight", "bias")),
    ]


@pytest.mark.parametrize("output", ["logistics", "gaussian"])
def test_continuous_outputs_are_float32_under_bfloat16_products(output: Any) -> None:
    model = small(input="scalar", output=output, contexts=CONTEXTS, local=STRETCHED)
    fast = Speed("bf16", compile=False).apply(model.forward)
    inputs, frames = torch.rand(1, 40) - 0.5, torch.randn(1, 7, 3)
    with torch.inference_mode():
        low, exact = (f(inputs, None, frames, inputs) for f in (fast, model))
    assert low.dtype == torch.float32
    assert torch.allclose(low, exact, atol=0.15 * float(exact.abs().max()))


def test_the_forward_compiles_to_one_graph() -> None:
    # The eager backend traces as all others do, and needs no C++ compiler.
    for fields in ({"tags": ("a",)}, {"input": "scalar", "output": "logistics", "contexts": CONTEXTS}):
        model = small(local=STRETCHED, **fields)
        codes = torch.randint(0, 256, (2, 37))
        inputs = codes if model.embedding is not None else codes / 128 - 1
        choices = torch.ones(2, 1) if model.config.global_channels else None
        arguments = (inputs, choices, torch.randn(2, 7, 3), torch.rand(2, 37) - 0.5)
        compiled = torch.compile(model.forward, backend="eager", fullgraph=True)
        with torch.inference_mode():
            assert torch.allclose(compiled(*arguments), model(*arguments), atol=1e-5)


@pytest.mark.parametrize("length", [24, 31])
def test_frames_that_are_repeated_may_be_projected_first(length: int) -> None:
    local = LocalConfig(channels=3, hop=8)
    model = small(local=local)
    codes = torch.randint(0, 256, (2, length))
    frames = torch.randn(2, 3, 3)  # the last of which counts for all beyond
    each = LocalConfig(channels=3, hop=1)
    wide = small(local=each)
    wide.load_state_dict(model.state_dict())
    samples = frames.repeat_interleave(8, dim=1)
    samples = torch.cat([samples, samples[:, -1:].expand(-1, 8, -1)], dim=1)[:, :length]
    with torch.inference_mode():
        assert torch.allclose(model(codes, frames=frames), wide(codes, frames=samples), atol=1e-5)
