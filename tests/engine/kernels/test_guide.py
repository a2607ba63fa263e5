"""Guided models: what they hear of their own samples, on both engines, and how they come to rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.generation.batch import StreamBatch
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.kernels.rings import RingState
from engine.kernels.state import StreamState
from engine.wavenet import mulaw
from engine.wavenet.codes import FULL_SCALE, Codes, decode, mix_feedback
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import ContextConfig, GenerationParams, ModelConfig
from engine.wavenet.distributions import Sampling, draw_code
from engine.wavenet.model_file import ModelFile
from tests.models import random_model
from tests.tracks import Turning

SMALL: dict[str, Any] = {
    "dilations": (1, 2, 4),
    "residual_channels": 16,
    "gate_channels": 16,
    "skip_channels": 16,
    "head_channels": 16,
    "condition_channels": 8,
    "tags": ("piano", "calm"),
}
KINDS: dict[str, dict[str, Any]] = {
    "softmax": {},
    "logistics": {"input": "scalar", "output": "logistics", "components": 3},
    "context": {"contexts": (ContextConfig(pooling=6, dilations=(1, 2), channels=4),)},
}
CHOSEN = GenerationParams(tags=(("piano", 1.0),))
every_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def model(kind: str) -> ModelFile:
    """A random model to which it matters what it has heard."""
    made = random_model(ModelConfig(**SMALL, **KINDS[kind]), seed=4)
    if made.config.output == "softmax":
        made.weights["embedding.weight"] *= 4
        made.weights["output.weight"] *= 2
    return made


@cache
def cpu(kind: str, precision: str | None = None) -> CpuKernel:
    return CpuKernel(model(kind), precision=precision)


@dataclass
class Track(Turning):
    """A guide track given as arrays."""

    gain: NDArray[np.int32]
    offset: NDArray[np.int32]
    rests_from: int | None = None
    ends_at: int | None = None

    def samples(self, start: int, n: int) -> Feedback | None:
        if self.ends_at is not None and start >= self.ends_at:
            return None
        assert 0 <= start < start + n <= len(self.gain)
        return Feedback(self.gain[start : start + n], self.offset[start : start + n])


def track(n: int, rests_from: int | None = None, seed: int = 1) -> Track:
    """A third of the samples heard as they are, the others softer and with something loud beside them."""
    rng = np.random.default_rng(seed)
    gain = rng.integers(0, FULL_SCALE + 1, n).astype(np.int32)
    offset = rng.integers(-12_000, 12_000, n).astype(np.int32)
    alone = rng.random(n) < 1 / 3
    gain[alone], offset[alone] = FULL_SCALE, 0
    return Track(gain, offset, rests_from)


def stream(kernel: Kernel, guide: Track | None = None, seed: int = 7) -> Generator:
    return Generator(kernel, CHOSEN, seed, StreamConditions(feedback=guide))


def last_codes(playing: Generator) -> np.ndarray:
    """[streams]: the last code as each stream hears it."""
    state = playing.state
    return state.previous if isinstance(state, RingState) else StreamState.own(state).previous


def received(codes: Codes, guide: Track, start: int = 0) -> Codes:
    at = slice(start, start + len(codes))
    return mix_feedback(codes, guide.gain[at], guide.offset[at])


def every_code(kind: type[np.integer[Any]]) -> Codes:
    bounds = np.iinfo(kind)
    return np.arange(bounds.min, bounds.max + 1).astype(kind)


@pytest.mark.parametrize("kind", [np.uint8, np.int16])
def test_where_all_is_kept_and_nothing_added_every_code_stays_what_it_is(kind: type[np.integer[Any]]) -> None:
    codes = every_code(kind)
    found = mix_feedback(codes, np.full(len(codes), FULL_SCALE, np.int32), np.zeros(len(codes), np.int32))
    assert found.dtype == kind
    np.testing.assert_array_equal(found, codes)


def test_mulaw_codes_are_heard_within_one_code_of_the_exact_sum() -> None:
    rng = np.random.default_rng(0)
    codes = np.tile(every_code(np.uint8), 40)
    gain = rng.integers(0, FULL_SCALE + 1, len(codes)).astype(np.int32)
    offset = (rng.standard_normal(len(codes)) * rng.choice((3, 100, 5000), len(codes))).astype(np.int32)
    exact = mulaw.DECODED.astype(np.float64)[codes] * (gain / FULL_SCALE) + offset / FULL_SCALE
    found = mix_feedback(codes, gain, offset)
    assert found.dtype == np.uint8
    away = np.abs(found.astype(int) - mulaw.encode(np.clip(exact, -1.0, 1.0)).astype(int))
    assert away.max() <= 1
    assert np.mean(away == 0) > 0.9
    # What is heard is as far from the sum as half a code's step and a step of 16 bits, at most.
    size = np.gradient(mulaw.DECODED.astype(np.float64))[found]
    inside = np.abs(exact) < 1.0
    assert (np.abs(mulaw.decode(found) - exact) <= 0.55 * size + 1.0 / FULL_SCALE)[inside].all()


def test_linear_codes_are_heard_as_the_rounded_sum_exactly() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(-FULL_SCALE, FULL_SCALE, 4000).astype(np.int16)
    gain = rng.integers(0, FULL_SCALE + 1, 4000).astype(np.int32)
    offset = rng.integers(-20_000, 20_000, 4000).astype(np.int32)
    codes[:4], gain[:4], offset[:4] = (
        (-32_768, 32_767, 1, -1),
        (32_768, 32_768, 16_384, 16_384),
        (1, -1, 0, 0),
    )
    found = mix_feedback(codes, gain, offset)
    assert found.dtype == np.int16
    assert found[:4].tolist() == [-32_767, 32_766, 1, 0]  # halves are rounded up
    for code, share, more, result in zip(codes, gain, offset, found, strict=True):
        product, half = divmod(int(code) * int(share) * 2, 65_536)
        rounded = product + (half >= 32_768)
        assert int(result) == max(-32_768, min(32_767, rounded + int(more)))


@pytest.mark.parametrize(
    ("codes", "ends"),
    [(np.array([0, 255], np.uint8), [0, 255]), (np.array([-30_000, 30_000], np.int16), [-32_768, 32_767])],
)
def test_what_is_too_loud_is_clipped(codes: Codes, ends: list[int]) -> None:
    gain, offset = np.full(2, FULL_SCALE, np.int32), np.array([-9000, 9000], np.int32)
    assert mix_feedback(codes, gain, offset).tolist() == ends
    assert mix_feedback(codes[::-1], 0 * gain, 9 * offset).tolist() == ends


@pytest.mark.parametrize("kind", [np.uint8, np.int16])
def test_who_keeps_nothing_hears_but_what_is_added(kind: type[np.integer[Any]]) -> None:
    codes = every_code(kind)
    none, tones = np.zeros(len(codes), np.int32), np.full(len(codes), 4096, np.int32)
    expected = mulaw.encode(0.125) if kind == np.uint8 else 4096
    assert set(mix_feedback(codes, none, tones).tolist()) == {int(expected)}


@every_kind
def test_under_a_guide_the_compiled_loop_draws_what_the_reference_draws(kind: str) -> None:
    guide = track(160)
    expected = stream(ReferenceKernel(model(kind)), guide).step(160).codes
    found = stream(cpu(kind, "float32"), guide).step(160).codes
    if kind == "logistics":  # a rounded logarithm may be a step of 16 bits away, and so what follows from it
        assert np.abs(found.astype(int) - expected).max() <= 3
    else:
        np.testing.assert_array_equal(found, expected)
    assert (found != stream(cpu(kind, "float32")).step(160).codes).mean() > 0.5


@every_kind
def test_every_sample_is_drawn_from_what_a_stream_gives_whose_past_was_as_heard(kind: str) -> None:
    guide = track(400)
    codes = stream(cpu(kind), guide).step(400).codes
    outputs = stream(cpu(kind)).score(received(codes, guide))
    config = model(kind).config
    expected = [draw_code(config, row, Sampling(), 7, clock) for clock, row in enumerate(outputs)]
    assert np.abs(codes.astype(int) - expected).max() <= (1 if kind == "logistics" else 0)


@every_kind
@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_the_last_sample_is_remembered_as_it_was_heard(kind: str, engine: str) -> None:
    kernel: Kernel = cpu(kind) if engine == "cpu" else ReferenceKernel(model(kind))
    guide = track(60)
    playing = stream(kernel, guide)
    differing = 0
    for start in range(0, 60, 4):
        codes = playing.step(4).codes
        (previous,) = last_codes(playing)
        assert previous == received(codes, guide, start)[-1]
        differing += int(previous != codes[-1])
    assert differing > 5


@every_kind
@pytest.mark.parametrize("sizes", [(1,), (7, 16, 17), (160, 3)])
def test_the_cut_into_blocks_changes_nothing(kind: str, sizes: tuple[int, ...]) -> None:
    guide = track(240)
    whole = stream(cpu(kind), guide).step(240).codes
    parts, playing = [], stream(cpu(kind), guide)
    while playing.position < 240:
        size = sizes[len(parts) % len(sizes)]
        parts.append(playing.step(min(size, 240 - playing.position)).codes)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@every_kind
@pytest.mark.parametrize("rests_from", [None, 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_guided_takes_together_are_what_each_is_alone(
    kind: str, rests_from: int | None, threads: int
) -> None:
    guide, seeds = track(150, rests_from), [7, 2**64 - 1, 0]
    together = StreamBatch(cpu(kind), CHOSEN, seeds, StreamConditions(feedback=guide), threads)
    blocks = [np.concatenate(parts) for parts in zip(together.step(61), together.step(89), strict=True)]
    for seed, codes in zip(seeds, blocks, strict=True):
        np.testing.assert_array_equal(codes, stream(cpu(kind), guide, seed).step(150).codes)


def test_each_of_several_takes_remembers_its_own_last_sample_as_heard() -> None:
    kernel, guide = cpu("softmax"), track(33)
    guide.gain[-1], guide.offset[-1] = FULL_SCALE // 2, 5000
    state = kernel.new_state([1, 2, 3])
    biases = kernel.project(condition_inputs(kernel.config, CHOSEN))
    blocks = kernel.generate(state, biases, Sampling(), 33, guide=guide.samples(0, 33))
    for previous, block in zip(RingState.own(state).previous, blocks, strict=True):
        assert previous == received(block.codes, guide)[-1] != block.codes[-1]


@every_kind
def test_a_guide_that_keeps_all_and_adds_nothing_is_as_good_as_none(kind: str) -> None:
    guide = Track(np.full(200, FULL_SCALE, np.int32), np.zeros(200, np.int32))
    plain = stream(cpu(kind)).step(200).codes
    np.testing.assert_array_equal(stream(cpu(kind), guide).step(200).codes, plain)


@every_kind
def test_what_a_sample_is_heard_as_bears_on_those_after_it_alone(kind: str) -> None:
    guide = Track(np.full(200, FULL_SCALE, np.int32), np.zeros(200, np.int32))
    guide.gain[50], guide.offset[50] = 0, 20_000
    plain, guided = stream(cpu(kind)).step(200).codes, stream(cpu(kind), guide).step(200).codes
    np.testing.assert_array_equal(guided[:51], plain[:51])
    assert (guided[51:] != plain[51:]).any()


@pytest.mark.parametrize("kind", ["softmax", "logistics"])
@pytest.mark.parametrize(("gain", "offset"), [(4, 5), (5, 6), (0, 0)])
def test_a_guide_of_another_length_is_refused(kind: str, gain: int, offset: int) -> None:
    kernel = cpu(kind)
    state = kernel.new_state([1])
    biases = kernel.project(condition_inputs(kernel.config, CHOSEN))
    guide = Feedback(np.ones(gain, np.int32), np.ones(offset, np.int32))
    with pytest.raises(ValueError, match="the guide must be of 5 samples"):
        kernel.generate(state, biases, Sampling(), 5, guide=guide)
    assert state.position == 0


@every_kind
def test_what_is_primed_is_heard_as_it_is_and_the_guide_goes_on_from_there(kind: str) -> None:
    guide = track(200)
    codes = stream(cpu(kind), guide).step(200).codes
    primed = stream(cpu(kind), guide)
    primed.prime(received(codes[:100], guide))
    np.testing.assert_array_equal(primed.step(100).codes, codes[100:])


@every_kind
def test_a_guided_stream_goes_on_from_a_snapshot(kind: str) -> None:
    playing = stream(cpu(kind), track(200, rests_from=170))
    playing.step(77)
    saved = playing.snapshot()
    first = playing.step(123).codes
    playing.restore(saved)
    np.testing.assert_array_equal(playing.step(123).codes, first)


@every_kind
@pytest.mark.parametrize("sizes", [(240,), (100, 140), (99, 1, 1, 139), (64, 64, 64, 48)])
def test_a_stream_rests_from_the_sample_on_that_its_guide_names(kind: str, sizes: tuple[int, ...]) -> None:
    playing = stream(cpu(kind), track(240, rests_from=100))
    codes = np.concatenate([playing.step(size).codes for size in sizes])
    awake = stream(cpu(kind), track(240)).step(240).codes
    silent = 0 if kind == "logistics" else 128
    assert codes.dtype == awake.dtype
    np.testing.assert_array_equal(codes[:100], awake[:100])
    assert (codes[100:] == silent).all()
    assert (awake[100:] != silent).any()
    assert playing.position == 240
    assert last_codes(playing).tolist() == [silent]


@every_kind
def test_a_resting_stream_still_tells_what_the_model_would_draw_from(kind: str) -> None:
    guide = track(120, rests_from=100)
    playing = stream(cpu(kind), guide)
    block = playing.step(120)
    past = np.concatenate([received(block.codes[:100], guide), block.codes[100:]])
    assert np.array_equal(block.outputs, stream(cpu(kind)).score(past)[-1])
    assert decode(block.codes[100:]).max() < 1e-4


def test_a_stream_may_rest_from_its_very_first_sample_on() -> None:
    assert (stream(cpu("softmax"), track(20, rests_from=0)).step(20).codes == 128).all()


def flag() -> ModelFile:
    """A model whose condition tells it that it hears a guide."""
    made = random_model(ModelConfig(**SMALL, guided=True), seed=4)
    made.weights["embedding.weight"] *= 4
    made.weights["output.weight"] *= 2
    return made


def as_a_tag(model: ModelFile) -> ModelFile:
    """The same weights as a model that is told nothing, but has a tag of that meaning."""
    config = replace(model.config, guided=False, tags=(*model.config.tags, "guide"))
    return ModelFile(replace(model.header, config=config), model.weights)


@pytest.mark.parametrize("engine", [CpuKernel, ReferenceKernel])
@pytest.mark.parametrize("sizes", [(150,), (1, 58, 1, 90), (60, 90), (64, 64, 22)])
def test_a_model_is_told_of_a_guide_up_to_the_sample_where_it_ends(
    engine: type[CpuKernel] | type[ReferenceKernel], sizes: tuple[int, ...]
) -> None:
    guide = track(60)
    guide.ends_at = 60
    playing = stream(engine(flag()), guide)
    drawn = np.concatenate([playing.step(n).codes for n in sizes])
    steered = Generator(engine(as_a_tag(flag())), CHOSEN, 7, StreamConditions(feedback=guide))
    steered.set(replace(CHOSEN, tags=(*CHOSEN.tags, ("guide", 1.0))))
    expected = [steered.step(60).codes]
    steered.set(CHOSEN)
    expected.append(steered.step(90).codes)
    np.testing.assert_array_equal(drawn, np.concatenate(expected))


def test_takes_together_are_told_of_a_guide_as_each_alone() -> None:
    guide, seeds = track(60), [7, 2**64 - 1, 0]
    guide.ends_at = 60
    kernel = CpuKernel(flag())
    together = StreamBatch(kernel, CHOSEN, seeds, StreamConditions(feedback=guide))
    together = [np.concatenate(parts) for parts in zip(*(together.step(n) for n in (50, 70)), strict=True)]
    alone = [stream(kernel, guide, seed).step(120).codes for seed in seeds]
    np.testing.assert_array_equal(together, alone)


def test_what_is_primed_is_not_told_of_as_guided() -> None:
    given = np.random.default_rng(1).integers(0, 256, 40).astype(np.uint8)
    playing = Generator(CpuKernel(flag()), CHOSEN, 7, StreamConditions(feedback=track(200)))
    plain = Generator(CpuKernel(as_a_tag(flag())), CHOSEN, 7)
    np.testing.assert_array_equal(playing.score(given), plain.score(given))
