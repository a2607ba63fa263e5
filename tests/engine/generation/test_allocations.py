"""Playing live allocates little and keeps nothing: no pause of the collector, no memory that grows."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.wavenet.config import GenerationParams, ModelConfig
from tests.models import TINY, random_model

BLOCK = 128
PEAK = 64 * 1024
"""Bytes that may be there at once beside what was before: arrays of a block, none of a second."""
STAYS = 64
"""Bytes that may stay of each block, on the average: counters, not arrays."""


@pytest.fixture
def generator() -> Generator:
    kernel = select_kernel(random_model(ModelConfig(**TINY)), "cpu")
    return Generator(kernel, GenerationParams(tags=(("calm", 1.0),)), 1)


def grown(play: Callable[[int], object], blocks: int = 100) -> tuple[int, int]:
    """Bytes that stay, and at most are there beside what was before, while ``blocks`` are played."""
    tracemalloc.start()
    try:
        for number in range(20):
            play(number)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for number in range(blocks):
            play(number)
        _, peak = tracemalloc.get_traced_memory()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before


def test_a_block_allocates_little_and_leaves_nothing_behind(generator: Generator) -> None:
    stays, most = grown(lambda _: generator.step(BLOCK))
    assert most < PEAK
    assert stays < 100 * STAYS


def test_moving_the_temperature_leaves_nothing_behind(generator: Generator) -> None:
    def play(number: int) -> None:
        generator.set(GenerationParams(tags=(("calm", 1.0),), temperature=0.5 + 0.01 * number))
        generator.step(BLOCK)

    assert grown(play)[0] < 100 * STAYS
