"""The CPU kernel on models of every kind, against the reference."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.generation.batch import StreamBatch
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import SPECIALISED_FROM, CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.distributions import bits_of
from engine.wavenet.model_file import ModelFile, weight_shapes
from tests.models import random_model

WIDTHS = st.sampled_from([3, 8, 20, 32, 70])
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def locals_(draw: st.DrawFn) -> LocalConfig | None:
    kind = draw(st.sampled_from([None, "repeat", "linear", "transposed", "stretched"]))
    if kind is None:
        return None
    channels = draw(st.sampled_from([1, 5, 16]))
    if kind == "stretched":
        scales = draw(st.sampled_from([(4,), (2, 3), (5, 2)]))
        margin, bands = draw(st.sampled_from([(0, 1), (2, 3)]))
        return LocalConfig(channels, int(np.prod(scales)), kind, scales, margin, bands)
    return LocalConfig(channels, draw(st.sampled_from([1, 7, 16, 40])), kind)


CONTEXTS = st.lists(
    st.builds(
        ContextConfig,
        pooling=st.sampled_from([4, 6, 40]),
        dilations=st.sampled_from([(1,), (1, 2, 4), (3, 1)]),
        channels=st.sampled_from([2, 9]),
        kernel_size=st.sampled_from([2, 3]),
        residual_channels=WIDTHS,
        gate_channels=WIDTHS,
    ),
    max_size=2,
).map(tuple)

CONFIGS = st.builds(
    ModelConfig,
    kernel_size=st.sampled_from([2, 3, 4]),
    dilations=st.lists(st.sampled_from([1, 2, 3, 8, 16, 33]), min_size=1, max_size=6).map(tuple),
    residual_channels=WIDTHS,
    gate_channels=WIDTHS,
    skip_channels=WIDTHS,
    head_channels=WIDTHS,
    condition_channels=st.sampled_from([4, 9]),
    residual_scale=st.sampled_from([1.0, 0.5**0.5]),
    skip_scale=st.sampled_from([1.0, 0.3]),
    tags=st.sampled_from([(), ("piano", "calm")]),
    speakers=st.sampled_from([(), ("slt", "rms")]),
    vector_channels=st.sampled_from([0, 3]),
    input=st.sampled_from(["embedding", "scalar"]),
    output=st.sampled_from(["softmax", "logistics", "gaussian"]),
    components=st.sampled_from([1, 3, 10]),
    local=locals_(),
    contexts=CONTEXTS,
)


def has_code_of_its_own(config: ModelConfig) -> bool:
    """Whether a model is so large that its shape is compiled for: that takes 15 s."""
    return sum(math.prod(shape) for shape in weight_shapes(config).values()) >= SPECIALISED_FROM


SMALL = CONFIGS.filter(lambda config: not has_code_of_its_own(config))


def chosen(config: ModelConfig) -> GenerationParams:
    return GenerationParams(
        tags=tuple((tag, 0.7) for tag in config.tags),
        speaker=config.speakers[1] if config.speakers else None,
        vector=(0.5, -1.0, 2.0)[: config.vector_channels],
    )


def frames_of(model: ModelFile, count: int = 5) -> LocalCondition | None:
    local = model.config.local
    if local is None:
        return None
    frames = np.random.default_rng(2).normal(size=(count, local.channels)).astype(np.float32)
    return LocalCondition(model, frames)


def some_codes(config: ModelConfig, n: int) -> Codes:
    """A random walk: what a model could have drawn."""
    kind = np.iinfo(code_type(config))
    steps = np.random.default_rng(1).normal(0.0, (kind.max - kind.min) / 60, n)
    middle = (kind.max + kind.min) / 2
    return np.clip(middle + np.cumsum(steps), kind.min, kind.max).astype(kind.dtype)


def stream(kernel: Kernel, model: ModelFile, seed: int = 7) -> Generator:
    return Generator(kernel, chosen(model.config), seed, StreamConditions(frames_of(model)))


@SLOW
@given(config=SMALL, seed=st.integers(0, 1000))
def test_float32_outputs_are_the_references_for_any_model(config: ModelConfig, seed: int) -> None:
    model = random_model(config, seed)
    codes = some_codes(config, 90)
    expected = stream(ReferenceKernel(model), model).score(codes)
    found = stream(CpuKernel(model, precision="float32"), model).score(codes)
    assert np.abs(found - expected).max() < 1e-4 * max(1.0, np.abs(expected).max())


@SLOW
@given(config=SMALL, cut=st.integers(1, 199))
def test_any_model_draws_the_same_samples_whatever_the_blocks(config: ModelConfig, cut: int) -> None:
    model = random_model(config)
    kernel = CpuKernel(model)
    whole = stream(kernel, model).step(200).codes
    parts = stream(kernel, model)
    assert np.array_equal(np.concatenate([parts.step(n).codes for n in (cut, 200 - cut)]), whole)


@SLOW
@given(config=SMALL, long=st.booleans())
def test_a_primed_stream_is_as_if_it_had_made_the_samples_itself(config: ModelConfig, long: bool) -> None:
    model = random_model(config)
    kernel = CpuKernel(model)
    made = stream(kernel, model)
    codes = made.step(2 * config.receptive_field + 77 if long else 50).codes
    primed = stream(kernel, model)
    primed.prime(codes)
    assert np.array_equal(primed.step(100).codes, made.step(100).codes)


@SLOW
@given(config=SMALL)
def test_a_forked_stream_of_any_model_replays(config: ModelConfig) -> None:
    model = random_model(config)
    playing = stream(CpuKernel(model), model)
    playing.step(45)
    saved = playing.snapshot()
    first = playing.step(80).codes
    playing.restore(saved)
    assert np.array_equal(playing.step(80).codes, first)


@SLOW
@given(config=SMALL, takes=st.integers(1, 7), threads=st.integers(1, 3))
def test_takes_together_are_what_each_is_alone(config: ModelConfig, takes: int, threads: int) -> None:
    model = random_model(config)
    kernel = CpuKernel(model)
    seeds = list(range(20, 20 + takes))
    together = StreamBatch(kernel, chosen(config), seeds, StreamConditions(frames_of(model)), threads)
    blocks = [np.concatenate(parts) for parts in zip(together.step(70), together.step(41), strict=True)]
    for seed, codes in zip(seeds, blocks, strict=True):
        assert np.array_equal(codes, stream(kernel, model, seed).step(111).codes)


@pytest.mark.soak
@settings(SLOW, max_examples=5)  # each has its own code compiled twice: a minute
@given(config=CONFIGS.filter(has_code_of_its_own))
def test_a_large_model_of_any_shape_has_the_references_outputs_and_draws_alone_what_it_draws_together(
    config: ModelConfig,
) -> None:
    model = random_model(config)
    codes = some_codes(config, 90)
    expected = stream(ReferenceKernel(model), model).score(codes)
    found = stream(CpuKernel(model, precision="float32"), model).score(codes)
    assert np.abs(found - expected).max() < 1e-4 * max(1.0, np.abs(expected).max())
    kernel = CpuKernel(model)
    together = StreamBatch(kernel, chosen(config), [20, 21], StreamConditions(frames_of(model)), 1)
    for seed, codes in zip((20, 21), together.step(111), strict=True):
        assert np.array_equal(codes, stream(kernel, model, seed).step(111).codes)


@pytest.mark.parametrize("output", ["logistics", "gaussian"])
@pytest.mark.parametrize(
    "sampling", [{}, {"temperature": 0.0}, {"temperature": 0.7}, {"top_k": 2, "top_p": 0.8}]
)
def test_sixteen_bit_samples_are_drawn_by_the_references_rules(output: Any, sampling: dict[str, Any]) -> None:
    from engine.wavenet.distributions import Sampling, draw_code

    config = ModelConfig(dilations=(1, 2, 4), residual_channels=16, gate_channels=16, skip_channels=16,
                         head_channels=16, output=output, input="scalar", components=4)  # fmt: skip
    kernel = CpuKernel(random_model(config), precision="float32")
    playing = Generator(kernel, GenerationParams(**sampling), 3)
    for clock in range(200):
        block = playing.step(1)
        expected = draw_code(config, block.outputs, Sampling(**sampling), 3, clock)
        assert abs(int(block.codes[0]) - expected) <= 1


@pytest.mark.parametrize("output", ["logistics", "gaussian"])
def test_packed_weights_of_sixteen_bit_models_cost_less_than_five_thousandths_of_a_bit(output: Any) -> None:
    config = ModelConfig(dilations=(1, 2, 4, 8), residual_channels=32, gate_channels=32, skip_channels=32,
                         head_channels=32, output=output, input="scalar", log_scale_min=-7.0)  # fmt: skip
    model = random_model(config)
    codes = some_codes(config, 3000)
    exact, packed = (
        bits_of(
            config,
            Generator(CpuKernel(model, precision=precision), GenerationParams(), 0).score(codes),
            codes,
        )
        for precision in ("float32", None)
    )
    assert abs(packed.mean() - exact.mean()) < 0.005
