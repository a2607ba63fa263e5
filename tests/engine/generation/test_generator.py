from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import State
from engine.kernels.reference import ReferenceKernel
from engine.kernels.state import StreamState
from engine.wavenet.codes import Codes, encode
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model

CALM = GenerationParams(tags=(("calm", 1.0),))
CONTEXTS = (
    ContextConfig(pooling=8, dilations=(1, 2), channels=3, residual_channels=6, gate_channels=5),
    ContextConfig(
        pooling=12, dilations=(1,), channels=2, kernel_size=3, residual_channels=4, gate_channels=7
    ),
)
LOCAL = LocalConfig(channels=4, hop=10, upsampling="linear")
OUTPUTS = ("softmax", "logistics", "gaussian")


def model(**fields: Any) -> ModelFile:
    return random_model(ModelConfig(**{**TINY, "dilations": (1, 2, 4, 8), "components": 3, **fields}))


def sounds(config: ModelConfig, n: int, seed: int = 0) -> Codes:
    return encode(config, np.random.default_rng(seed).uniform(-0.9, 0.9, n))


def inside(generator: Generator) -> StreamState:
    return StreamState.own(generator.state)


def assert_same(left: Generator, right: Generator) -> None:
    one, other = inside(left), inside(right)
    assert (one.position, one.previous) == (other.position, other.previous)
    assert np.array_equal(one.histories, other.histories)
    for mine, others in zip(one.contexts, other.contexts, strict=True):
        assert np.array_equal(mine.history, others.history)
        assert np.array_equal(mine.row, others.row)
        assert np.array_equal(mine.pending, others.pending)


@pytest.fixture
def kernel() -> ReferenceKernel:
    return ReferenceKernel(model())


def test_the_same_seed_and_changes_give_the_same_samples(kernel: ReferenceKernel) -> None:
    def play() -> np.ndarray:
        generator = Generator(kernel, GenerationParams(), seed=9)
        first = generator.step(100).codes
        generator.set(CALM)
        return np.concatenate([first, generator.step(100).codes])

    assert np.array_equal(play(), play())


def test_a_change_is_heard_from_the_next_sample_on_and_not_before(kernel: ReferenceKernel) -> None:
    plain, changed = (Generator(kernel, GenerationParams(), seed=9) for _ in range(2))
    assert np.array_equal(plain.step(100).codes, changed.step(100).codes)
    changed.set(GenerationParams(temperature=0.0))
    block = changed.step(1)
    assert block.codes[0] == block.outputs.argmax()


def test_an_unknown_tag_changes_nothing(kernel: ReferenceKernel) -> None:
    generator = Generator(kernel, CALM, seed=9)
    with pytest.raises(StudioError, match="unknown"):
        generator.set(GenerationParams(tags=(("noise", 1.0),)))
    assert generator.params == CALM


class Counting(ReferenceKernel):
    """Counts the samples that it is fed."""

    fed = 0

    def advance(self, state: State, biases: Any, codes: Codes, *others: Any) -> Any:
        self.fed += len(codes)
        return super().advance(state, biases, codes, *others)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("contexts", [(), CONTEXTS[:1], CONTEXTS])
@pytest.mark.parametrize("already", [0, 37])
def test_a_primed_stream_is_in_the_state_that_hearing_everything_would_leave(
    output: str, contexts: tuple[ContextConfig, ...], already: int
) -> None:
    kernel = Counting(model(output=output, contexts=contexts, kernel_size=3, input="scalar", local=LOCAL))
    frames = np.random.default_rng(2).standard_normal((50, 4)).astype(np.float32)
    codes = sounds(kernel.config, 401)
    primed, stepped = (
        Generator(kernel, CALM, 9, StreamConditions(LocalCondition(model(local=LOCAL), frames)))
        for _ in range(2)
    )
    for generator in (primed, stepped):
        generator.step(already or 1)
    kernel.fed = 0
    primed.prime(codes)
    # Up to a common multiple of the poolings more, so that every context stack begins with a whole step.
    assert kernel.fed < kernel.config.receptive_field + 24 < len(codes)
    stepped.score(codes)
    assert_same(primed, stepped)
    assert np.array_equal(primed.step(30).codes, stepped.step(30).codes)


def test_a_short_sound_is_heard_whole(kernel: ReferenceKernel) -> None:
    primed, stepped = (Generator(kernel, CALM, seed=9) for _ in range(2))
    primed.prime(sounds(kernel.config, 7))
    stepped.score(sounds(kernel.config, 7))
    assert_same(primed, stepped)
    primed.prime(sounds(kernel.config, 0))
    assert_same(primed, stepped)


@pytest.mark.parametrize("output", OUTPUTS)
def test_block_sizes_change_nothing(output: str) -> None:
    one = model(output=output, contexts=CONTEXTS, local=LOCAL)
    frames = np.random.default_rng(2).standard_normal((6, 4)).astype(np.float32)
    whole, cut = (
        Generator(ReferenceKernel(one), CALM, 9, StreamConditions(LocalCondition(one, frames)))
        for _ in range(2)
    )
    block = whole.step(80)
    blocks = [cut.step(n) for n in (1, 7, 8, 9, 30, 25)]
    assert np.array_equal(block.codes, np.concatenate([b.codes for b in blocks]))
    assert np.array_equal(block.outputs, blocks[-1].outputs)
    assert_same(whole, cut)


def test_a_stream_without_frames_hears_features_of_zero() -> None:
    one = model(local=LOCAL)
    silent = LocalCondition(one, np.zeros((2, 4), np.float32))
    without, zeros = (
        Generator(ReferenceKernel(one), CALM, 9, StreamConditions(local)) for local in (None, silent)
    )
    assert np.array_equal(without.step(30).codes, zeros.step(30).codes)


def test_frames_are_heard_from_their_first_sample_on_and_not_before() -> None:
    one = model(local=LocalConfig(channels=4, hop=10))
    frames = np.zeros((5, 4), np.float32)
    frames[2] = 3.0
    codes = sounds(one.config, 50)
    plain, loud = (
        Generator(ReferenceKernel(one), CALM, 9, StreamConditions(LocalCondition(one, f))).score(codes)
        for f in (0 * frames, frames)
    )
    assert np.flatnonzero((plain != loud).any(axis=1))[0] == 20


def test_what_a_context_stack_says_is_its_steps_latest_and_zeros_before() -> None:
    kernel = ReferenceKernel(model(contexts=CONTEXTS[:1]))
    generator = Generator(kernel, CALM, seed=9)
    generator.step(7)
    assert not inside(generator).contexts[0].row.any()
    generator.step(1)
    first = inside(generator).contexts[0].row.copy()
    assert first.any()
    generator.step(7)
    assert np.array_equal(inside(generator).contexts[0].row, first)
    generator.step(1)
    assert not np.array_equal(inside(generator).contexts[0].row, first)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("contexts", [(), CONTEXTS])
def test_a_fork_goes_on_like_its_origin(output: str, contexts: tuple[ContextConfig, ...]) -> None:
    kernel = ReferenceKernel(model(output=output, contexts=contexts))
    origin = Generator(kernel, CALM, seed=9)
    origin.step(50)
    fork = Generator(kernel, CALM, seed=0)
    fork.restore(origin.snapshot())
    assert np.array_equal(origin.step(80).codes, fork.step(80).codes)
