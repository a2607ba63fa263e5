from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.config import GenerationParams
from engine.errors import StudioError
from engine.generator import Generator
from engine.kernels.cpu import CpuKernel
from tests.models import save_tiny_model

CALM = GenerationParams(tags=(("calm", 1.0),))


@pytest.fixture
def kernel(tmp_path: Path) -> CpuKernel:
    return CpuKernel(save_tiny_model(tmp_path / "m.safetensors"))


def test_the_same_seed_and_changes_give_the_same_samples(kernel: CpuKernel) -> None:
    def play() -> np.ndarray:
        generator = Generator(kernel, GenerationParams(), seed=9)
        first = generator.step(100).codes
        generator.set(CALM)
        return np.concatenate([first, generator.step(100).codes])

    assert np.array_equal(play(), play())


def test_a_change_is_heard_from_the_next_sample_on_and_not_before(kernel: CpuKernel) -> None:
    plain, changed = (Generator(kernel, GenerationParams(), seed=9) for _ in range(2))
    assert np.array_equal(plain.step(100).codes, changed.step(100).codes)
    changed.set(GenerationParams(temperature=0.0))
    block = changed.step(1)
    assert block.codes[0] == block.logits.argmax()


def test_an_unknown_tag_changes_nothing(kernel: CpuKernel) -> None:
    generator = Generator(kernel, CALM, seed=9)
    with pytest.raises(StudioError, match="unknown"):
        generator.set(GenerationParams(tags=(("noise", 1.0),)))
    assert generator.params == CALM


def test_a_primed_stream_is_in_the_state_that_hearing_everything_would_leave(kernel: CpuKernel) -> None:
    codes = np.random.default_rng(0).integers(0, 256, 3000).astype(np.uint8)
    short, whole = (Generator(kernel, CALM, seed=9) for _ in range(2))
    short.prime(codes)
    whole.score(codes)
    # Ring rows are numbered by the clock, so compare what the streams say next, not the rings.
    tail = np.random.default_rng(1).integers(0, 256, 50).astype(np.uint8)
    assert short.clock == kernel.config.receptive_field < whole.clock
    assert short.score(tail) == pytest.approx(whole.score(tail), abs=1e-6)


def test_a_fork_goes_on_like_its_origin(kernel: CpuKernel) -> None:
    origin = Generator(kernel, CALM, seed=9)
    origin.step(50)
    fork = Generator(kernel, CALM, seed=0)
    fork.restore(origin.snapshot())
    assert np.array_equal(origin.step(80).codes, fork.step(80).codes)
