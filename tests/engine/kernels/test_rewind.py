"""Taking samples back: a stream that went another way meanwhile draws what one draws that never did."""

from __future__ import annotations

import random
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model
from tests.tracks import Turning

LIMIT = 8192
"""Samples that can be taken back, by the design: half a second of 16 kHz."""
LOCAL = LocalConfig(channels=4, hop=10, upsampling="linear")
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "softmax, int8": ({}, "int8"),
    "widths that are padded, three taps, int16": (
        {"kernel_size": 3, "residual_channels": 5, "gate_channels": 12, "dilations": (1, 4, 2, 30)},
        "int16",
    ),
    "logistics and frames, float32": (
        {"input": "scalar", "output": "logistics", "components": 3, "local": LOCAL},
        "float32",
    ),
}
SETTINGS = [
    GenerationParams(),
    GenerationParams(temperature=0.7, tags=(("calm", 0.5),)),
    GenerationParams(top_k=9, speaker="rms"),
    GenerationParams(temperature=1.4, top_p=0.8),
]


def model(kind: str) -> ModelFile:
    return random_model(ModelConfig(**{**TINY, **KINDS[kind][0]}))


@cache
def kernel_of(kind: str) -> Kernel:
    return CpuKernel(model(kind), precision=KINDS[kind][1])


class Track(Turning):
    """A feedback track: what is heard is three quarters of what was drawn and a tone, to sample 300."""

    ends_at = 300

    def samples(self, start: int, n: int) -> Feedback | None:
        if start >= self.ends_at:
            return None
        tone = 9000 * np.sin(np.arange(start, start + n) / 7)
        return Feedback(np.full(n, 24576, np.int32), tone.astype(np.int32))


def stream(kind: str, *, rewindable: bool) -> Generator:
    conditions = StreamConditions(feedback=Track())
    if kernel_of(kind).config.local:
        frames = np.sin(np.arange(400, dtype=np.float32)).reshape(100, 4)
        conditions = StreamConditions(LocalCondition(model(kind), frames))
    return Generator(kernel_of(kind), SETTINGS[0], 7, conditions, rewindable=rewindable)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_steps_rewound_and_changed_in_any_order_leave_what_a_straight_run_draws(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    wandering = stream(kind, rewindable=True)
    codes: list[int] = []
    settings: list[GenerationParams] = []  # that each of the codes was drawn with
    for _ in range(60):
        turn = rng.choice(("step", "step", "rewind", "set"))
        if turn == "set":
            wandering.set(rng.choice(SETTINGS))
        elif turn == "step":
            n = rng.choice((1, 2, 15, 16, 17, 40))
            codes += wandering.step(n).codes.tolist()
            settings += [wandering.params] * n
        else:
            n = rng.randint(0, len(codes))
            wandering.rewind(n)
            del codes[len(codes) - n :], settings[len(settings) - n :]
        assert wandering.position == len(codes)
    last = wandering.step(50)
    codes += last.codes.tolist()
    settings += [wandering.params] * 50

    straight = stream(kind, rewindable=False)
    expected: list[int] = []
    for params, group in groupby(settings):
        straight.set(params)
        block = straight.step(len(list(group)))
        expected += block.codes.tolist()
    assert codes == expected
    assert np.array_equal(last.outputs, block.outputs)


def test_what_was_taken_back_is_drawn_again_also_once_the_rings_have_gone_round() -> None:
    kind = "softmax, int8"
    playing = stream(kind, rewindable=True)
    codes = playing.step(3 * LIMIT + 5).codes
    for n in (LIMIT, 1, 4000):
        playing.rewind(n)
        assert np.array_equal(playing.step(n).codes, codes[len(codes) - n :])


def test_samples_are_kept_as_far_back_as_the_limit_behind_the_latest_that_ever_was() -> None:
    playing = stream("softmax, int8", rewindable=True)
    assert playing.max_rewind == LIMIT
    playing.step(LIMIT + 100)
    with pytest.raises(ValueError, match=f"^{LIMIT + 1} samples cannot be taken back: {LIMIT} are kept"):
        playing.rewind(LIMIT + 1)
    playing.rewind(LIMIT - 10)
    with pytest.raises(ValueError, match="11 samples cannot be taken back: 10 are kept at sample 110"):
        playing.rewind(11)
    playing.step(30)
    playing.rewind(40)
    assert playing.position == 100


def test_nothing_is_taken_back_beyond_where_a_stream_began_was_restored_or_skipped() -> None:
    playing = stream("softmax, int8", rewindable=True)
    playing.step(20)
    with pytest.raises(ValueError, match="20 are kept"):
        playing.rewind(21)
    with pytest.raises(ValueError, match="-1 samples"):
        playing.rewind(-1)
    playing.restore(playing.snapshot())
    playing.step(5)
    with pytest.raises(ValueError, match="5 are kept"):
        playing.rewind(6)
    kernel = kernel_of("softmax, int8")
    kernel.skip(playing.state, 7, 128)
    with pytest.raises(ValueError, match="0 are kept"):
        playing.rewind(1)


def test_a_restored_stream_can_be_rewound_to_where_it_was_restored() -> None:
    playing = stream("widths that are padded, three taps, int16", rewindable=True)
    playing.step(77)
    snapshot = playing.snapshot()
    codes = playing.step(60).codes
    again = stream("widths that are padded, three taps, int16", rewindable=True)
    again.restore(snapshot)
    again.step(45)
    again.rewind(45)
    assert np.array_equal(again.step(60).codes, codes)


def test_several_streams_are_rewound_together() -> None:
    kernel = kernel_of("softmax, int8")
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    state = kernel.new_state([1, 2, 3], rewindable=True)
    expected = np.stack([block.codes for block in kernel.generate(state, biases, Sampling(), 50)])
    kernel.rewind(state, 35)
    again = np.stack([block.codes for block in kernel.generate(state, biases, Sampling(), 35)])
    assert np.array_equal(again, expected[:, 15:])


def test_a_stream_that_stopped_at_nan_can_be_rewound_before_it() -> None:
    broken = model("softmax, int8")
    weights = {**broken.weights, "embedding.weight": broken.weights["embedding.weight"].copy()}
    weights["embedding.weight"][77] = np.nan
    kernel = CpuKernel(ModelFile(broken.header, weights))
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    codes = np.tile(np.arange(60, dtype=np.uint8), 2)
    state, straight = (kernel.new_state([5], rewindable=True) for _ in range(2))
    kernel.advance(state, biases, codes[:100])
    with pytest.raises(FloatingPointError, match="sample 102"):
        kernel.advance(state, biases, np.array([1, 77, 3, 4], np.uint8))
    kernel.rewind(state, 50)
    kernel.advance(straight, biases, codes[:50])
    rest = codes[50:]
    assert np.array_equal(kernel.advance(state, biases, rest), kernel.advance(straight, biases, rest))


def test_streams_that_no_kernel_can_rewind_say_so() -> None:
    contexts = (ContextConfig(pooling=8, dilations=(1,), channels=4, residual_channels=6),)
    with_contexts = random_model(ModelConfig(**{**TINY, "contexts": contexts}))
    kernels = (ReferenceKernel(model("softmax, int8")), CpuKernel(with_contexts))
    for kernel in kernels:
        playing = Generator(kernel, GenerationParams(), seed=7, rewindable=True)
        assert playing.max_rewind == 0
        playing.step(10)
        playing.rewind(0)
        with pytest.raises(ValueError, match="1 samples cannot be taken back: 0 are kept"):
            playing.rewind(1)
    unprepared = stream("softmax, int8", rewindable=False)
    unprepared.step(10)
    assert unprepared.max_rewind == 0
    with pytest.raises(ValueError, match="0 are kept"):
        unprepared.rewind(1)
