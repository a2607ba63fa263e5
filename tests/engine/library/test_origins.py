"""A branch is the same stream with another future: it goes on, bit for bit, as if it had never stopped."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.library.control_events import SEED, ControlEvent, apply, params_at, seed_at
from engine.library.origins import Origin
from engine.library.packed_codes import pack_codes
from engine.library.presets import Preset
from engine.library.replay import first_changed, first_difference, replay, replay_changed
from engine.library.scores import PlayedScore, conditions_of, pack_notes
from engine.library.takes import Settings, Take
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.config import ContextConfig, ModelConfig
from tests.models import TINY, random_model

RATE = 16_000
SHAPES: dict[str, dict[str, object]] = {
    "mu-law": {},
    "three taps": {"kernel_size": 3},
    "logistics": {"output": "logistics", "input": "scalar", "components": 3},
    "gaussian": {"output": "gaussian", "input": "scalar"},
    "pre-emphasis": {"pre_emphasis": 0.85},
    "told of its guide": {"guided": True},
    "contexts": {
        "contexts": (
            ContextConfig(pooling=8, dilations=(1, 2, 4), channels=6, residual_channels=8, gate_channels=8),
            ContextConfig(pooling=12, dilations=(1, 2), channels=4, residual_channels=8, gate_channels=8),
        )
    },
}
NOTES = np.array([[0.0, 0.006, 60, 100, 0, 0], [0.01, 0.01, 64, 90, 0, 0]], np.float32)
COMPILED = (
    ("mu-law", "int8"),
    ("mu-law", "int16"),
    ("mu-law", "float32"),
    ("three taps", "int8"),
    ("logistics", "int16"),
    ("pre-emphasis", "int8"),
    ("told of its guide", "int8"),
    ("contexts", "int8"),
)
SLOW = (("mu-law", "reference"), ("gaussian", "reference"), ("contexts", "reference"))
KERNELS = COMPILED * 3 + SLOW
"""The reference takes a thousand times as long, and what is tested here is the same code for both."""
LENGTH = 300


@lru_cache
def kernel_of(shape: str, engine: str) -> Kernel:
    model = random_model(ModelConfig(**{**TINY, **SHAPES[shape]}), seed=3)  # type: ignore[arg-type]
    return ReferenceKernel(model) if engine == "reference" else CpuKernel(model, precision=engine)


@st.composite
def event_lists(draw: st.DrawFn) -> tuple[ControlEvent, ...]:
    """What may have been moved in a take of LENGTH samples, in order; seeds among it."""
    moves = st.one_of(
        st.tuples(st.just("temperature"), st.sampled_from([0.4, 1.0, 1.7])),
        st.tuples(st.just("tags.piano"), st.sampled_from([0.0, 0.8, 2.0])),
        st.tuples(st.just("speaker"), st.sampled_from([None, "slt", "rms"])),
        st.tuples(st.just(SEED), st.integers(0, 2**64 - 1)),
    )
    samples = sorted(draw(st.lists(st.integers(0, LENGTH - 1), max_size=5, unique=True)))
    return tuple(ControlEvent(sample, *draw(moves)) for sample in samples)


@st.composite
def takes(draw: st.DrawFn) -> tuple[Settings, tuple[str, str]]:
    which = draw(st.sampled_from(KERNELS))
    config = ModelConfig(**{**TINY, **SHAPES[which[0]]})  # type: ignore[arg-type]
    score, prime = None, b""
    match draw(st.sampled_from(["alone", "score", "primed"])):
        case "score":
            after = draw(st.sampled_from(["improvise", "silence", "repeat"]))
            score = PlayedScore("tune", pack_notes(NOTES), after)
        case "primed":
            prime = draw(st.binary(min_size=2, max_size=120))
    preset = Preset("test", "Test", "user", "random", temperature=0.9)
    primed = np.frombuffer(prime[: len(prime) // 2 * 2], np.uint8).view(code_type(config))
    settings_of_it = Settings(
        preset=preset,
        seed=draw(st.integers(0, 2**64 - 1)),
        engine="",
        kernel_version="",
        model="random",
        model_hash="",
        sample_rate=RATE,
        samples=LENGTH,
        events=draw(event_lists()),
        score=score,
        prime=pack_codes(primed),
    )
    return settings_of_it, which


def take_of(made: Settings, codes: Codes) -> Take:
    shared = {
        field.name: getattr(made, field.name)
        for field in dataclasses.fields(made)
        if field.name in {other.name for other in dataclasses.fields(Take)}
    }
    return Take(id="a", name="A 1", created="", codes=codes, **shared)


def gone_on(origin: Origin, made: Settings, kernel: Kernel, n: int, seed: int | None = None) -> Codes:
    """What a new stream draws that begins at ``origin``: with its own settings, or another seed."""
    seed = origin.seed_now if seed is None else seed
    generator = Generator(kernel, origin.start, seed, conditions_of(kernel.config, made.score))
    generator.retrace(origin.past())
    assert generator.position == len(origin.past().primed) + origin.sample
    return generator.step(n).codes if n else origin.codes[:0]


@settings(max_examples=80, deadline=None)
@given(takes(), st.integers(0, LENGTH))
def test_with_the_same_settings_a_branch_draws_what_its_parent_drew(
    taken: tuple[Settings, tuple[str, str]], sample: int
) -> None:
    made, kernel = taken[0], kernel_of(*taken[1])
    codes = replay(made, kernel)
    later = [event.sample for event in made.events if event.sample >= sample]
    until = min([LENGTH, *later])
    origin = Origin.of(take_of(made, codes), sample)
    assert (origin.sample, origin.take_id) == (sample, "a")
    np.testing.assert_array_equal(gone_on(origin, made, kernel, until - sample), codes[sample:until])


@settings(max_examples=40, deadline=None)
@given(takes(), st.integers(0, LENGTH - 1), st.integers(0, 2**64 - 1))
def test_a_branch_with_another_seed_is_made_again_whole_from_its_settings(
    taken: tuple[Settings, tuple[str, str]], sample: int, seed: int
) -> None:
    made, kernel = taken[0], kernel_of(*taken[1])
    origin = Origin.of(take_of(made, replay(made, kernel)), sample)
    branch = np.concatenate([origin.codes, gone_on(origin, made, kernel, LENGTH - sample, seed)])
    events = (*origin.events, ControlEvent(sample, SEED, seed))
    again = dataclasses.replace(made, events=events, parent="a", parent_sample=sample)
    np.testing.assert_array_equal(replay(Settings.from_json(again.to_json()), kernel), branch)


@settings(max_examples=40, deadline=None)
@given(takes(), event_lists())
def test_a_take_whose_lanes_were_edited_is_what_a_replay_of_them_gives(
    taken: tuple[Settings, tuple[str, str]], edited: tuple[ControlEvent, ...]
) -> None:
    made, kernel = taken[0], kernel_of(*taken[1])
    take = take_of(made, replay(made, kernel))
    reported: list[int] = []
    again = replay_changed(take, edited, kernel, reported.append)
    np.testing.assert_array_equal(again, replay(dataclasses.replace(made, events=edited), kernel))
    assert sum(reported) == LENGTH - min(LENGTH, first_changed(made.events, edited))


def test_a_take_whose_lanes_are_as_they_were_is_copied() -> None:
    kernel = kernel_of("mu-law", "int8")
    preset = Preset("test", "Test", "user", "random")
    moved = (ControlEvent(9, "temperature", 0.5),)
    made = Settings(preset, 1, "cpu", kernel.version, "random", "", RATE, 40, moved)
    take = take_of(made, replay(made, kernel))
    reported: list[int] = []
    np.testing.assert_array_equal(replay_changed(take, moved, kernel, reported.append), take.codes)
    assert reported == []


def test_a_place_outside_a_take_is_its_nearest_end() -> None:
    kernel = kernel_of("mu-law", "int8")
    made = Settings(Preset("t", "T", "user", "m"), 1, "cpu", kernel.version, "m", "", RATE, 40)
    take = take_of(made, replay(made, kernel))
    assert (Origin.of(take, -5).sample, Origin.of(take, 999).sample) == (0, 40)


def test_events_lead_to_the_settings_and_the_seed_of_now() -> None:
    start = Preset("t", "T", "user", "m").params()
    events = (
        ControlEvent(1, "temperature", 0.5),
        ControlEvent(2, SEED, 2**64 - 1),
        ControlEvent(3, "tags.piano", 1.0),
    )
    wanted = apply(apply(start, events[0]), events[2])
    assert params_at(start, events) == wanted
    assert (seed_at(7, events), seed_at(7, events[:1])) == (2**64 - 1, 7)


@pytest.mark.parametrize("value", [-1, 2**64, 0.5, "7", None])
def test_a_seed_that_is_none_is_refused(value: float | int | str | None) -> None:
    with pytest.raises(StudioError, match=r"control event at sample 5: seed .* is not a whole number"):
        seed_at(1, [ControlEvent(5, SEED, value)])


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ([1, 2, 3], [1, 2, 3], None),
        ([1, 2, 3], [1, 9, 3], 1),
        ([1, 2, 3], [1, 2], 2),
        ([], [4], 0),
        ([0] * 1_100_000 + [1], [0] * 1_100_000 + [2], 1_100_000),
    ],
)
def test_where_two_takes_first_differ_is_found(one: list[int], other: list[int], where: int | None) -> None:
    assert first_difference(np.array(one, np.uint8), np.array(other, np.uint8)) == where
