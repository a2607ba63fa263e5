"""When tags and speakers are projected to biases, and streams that go through a kernel together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.generation.streams import Streams
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import GenerationParams, ModelConfig
from tests.models import TINY, random_model
from tests.tracks import Turning

CALM = GenerationParams(tags=(("calm", 1.0),))


class Counting(ReferenceKernel):
    """Counts its projections."""

    projected = 0

    def project(self, features: Any, muted: Any = (), unskipped: Any = ()) -> Any:
        self.projected += 1
        return super().project(features, muted, unskipped)


class Until(Turning):
    """A guide track up to a sample."""

    def __init__(self, ends_at: int) -> None:
        self.ends_at = ends_at

    def samples(self, start: int, n: int) -> Feedback | None:
        half, loud = np.full(n, FULL_SCALE // 2, np.int32), np.full(n, 900, np.int32)
        return Feedback(half, loud) if start < self.ends_at else None


def counting(**fields: Any) -> Counting:
    return Counting(random_model(ModelConfig(**{**TINY, **fields})))


def test_tags_are_projected_once_for_all_blocks() -> None:
    kernel = counting()
    generator = Generator(kernel, CALM, 9)
    for _ in range(5):
        generator.step(3)
    assert kernel.projected == 1


@pytest.mark.parametrize("moved", [{"temperature": 0.5}, {"top_k": 7}, {"top_p": 0.9}])
def test_what_no_model_is_told_of_projects_nothing(moved: dict[str, Any]) -> None:
    kernel = counting()
    generator = Generator(kernel, CALM, 9)
    generator.step(3)
    generator.set(replace(CALM, **moved))
    generator.step(3)
    assert kernel.projected == 1
    assert generator.params == replace(CALM, **moved)


@pytest.mark.parametrize("moved", [{"tags": (("calm", 0.5),)}, {"tags": ()}, {"speaker": "rms"}])
def test_what_the_model_is_told_of_is_projected_once_when_it_changes(moved: dict[str, Any]) -> None:
    kernel = counting(speakers=("slt", "rms"))
    generator = Generator(kernel, CALM, 9)
    generator.step(3)
    generator.set(replace(CALM, **moved))
    generator.step(3)
    generator.step(3)
    assert kernel.projected == 2


def test_changes_between_two_blocks_are_projected_once() -> None:
    kernel = counting()
    generator = Generator(kernel, CALM, 9)
    for weight in (0.1, 0.2, 0.3):
        generator.set(GenerationParams(tags=(("calm", weight),)))
    generator.step(3)
    assert kernel.projected == 1


@pytest.mark.parametrize(("flag", "projections"), [(False, 1), (True, 2)])
def test_a_guide_projects_again_only_where_the_model_is_told_of_it(flag: bool, projections: int) -> None:
    kernel = counting(guided=flag)
    generator = Generator(kernel, CALM, 9, StreamConditions(feedback=Until(20)))
    generator.step(20)
    assert kernel.projected == 1
    generator.step(20)
    generator.step(20)
    assert kernel.projected == projections


def test_a_refused_change_keeps_the_biases_in_force() -> None:
    kernel = counting()
    refused, plain = Generator(kernel, CALM, 9), Generator(counting(), CALM, 9)
    for generator in (refused, plain):
        generator.step(3)
    with pytest.raises(StudioError, match="unknown"):
        refused.set(GenerationParams(tags=(("noise", 1.0),)))
    assert np.array_equal(refused.step(20).codes, plain.step(20).codes)
    assert kernel.projected == 1


def test_streams_together_are_primed_like_each_alone() -> None:
    kernel = CpuKernel(random_model(ModelConfig(**TINY)))
    past = np.random.default_rng(3).integers(0, 256, 300).astype(np.uint8)
    together = Streams(kernel, CALM, [4, 5])
    together.prime(past)
    for seed, block in zip([4, 5], together.step(50), strict=True):
        alone = Generator(kernel, CALM, seed)
        alone.prime(past)
        expected = alone.step(50)
        assert np.array_equal(block.codes, expected.codes)
        assert np.array_equal(block.outputs, expected.outputs)
