from __future__ import annotations

import numpy as np
import pytest

from engine.generation.batch import StreamBatch
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import temperatures
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.library.frames import frame_condition
from engine.speech.features import CHANNELS, PERIODICITY
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling
from tests.models import TINY, random_model

VOICES = ModelConfig(
    **TINY,
    local=LocalConfig(channels=CHANNELS, hop=80, features="speech", encoder=(12, 6)),
    pre_emphasis=0.85,
)


def rows(n: int, temperature: np.ndarray | None) -> LocalRows:
    condition = np.random.default_rng(0).standard_normal((1, 6)).astype(np.float32)
    return LocalRows(condition, np.zeros(n, np.int64), np.zeros(n, np.float32), temperature)


def test_a_sample_of_temperature_zero_is_the_likeliest_and_its_neighbours_are_not() -> None:
    kernel = CpuKernel(random_model(VOICES))
    biases = kernel.project(np.zeros(VOICES.global_channels, np.float32))
    warm, cold = (kernel.new_state([3]) for _ in range(2))
    shares = np.ones(64, np.float32)
    shares[40:] = 0.0
    free = kernel.generate(warm, biases, Sampling(1.0), 64, rows(64, None))[0].codes
    half = kernel.generate(cold, biases, Sampling(1.0), 64, rows(64, shares))[0].codes
    np.testing.assert_array_equal(half[:40], free[:40])
    state = kernel.new_state([99])
    outputs = kernel.advance(state, biases, half, True, rows(64, None))[0]
    np.testing.assert_array_equal(half[40:], outputs[40:].argmax(axis=1))
    assert (half[:40] != outputs[:40].argmax(axis=1)).any()


def test_both_kernels_multiply_the_temperature_alike() -> None:
    found = []
    for kernel in (CpuKernel(random_model(VOICES)), ReferenceKernel(random_model(VOICES))):
        shares = np.where(np.arange(200) % 3 == 0, 0.05, 1.0).astype(np.float32)
        state = kernel.new_state([5])
        biases = kernel.project(np.zeros(VOICES.global_channels, np.float32))
        (block,) = kernel.generate(state, biases, Sampling(0.9), 200, rows(200, shares))
        found.append(block.codes.astype(int))
    assert (np.abs(found[0] - found[1]) > 1).mean() < 0.02  # weights of 16 bits round otherwise


def test_one_temperature_for_every_sample_or_an_error() -> None:
    np.testing.assert_allclose(temperatures(Sampling(0.8), rows(2, np.float32([1.0, 0.5])), 2), [0.8, 0.4])
    with pytest.raises(ValueError, match="1 temperatures for 2 samples"):
        temperatures(Sampling(), rows(2, np.ones(1, np.float32)), 2)


def test_voices_are_the_same_in_any_blocks_and_together() -> None:
    frames = np.random.default_rng(1).standard_normal((7, CHANNELS)).astype(np.float32)
    frames[:, PERIODICITY] = np.linspace(0.0, 1.0, 7)
    model = random_model(VOICES)
    kernel, conditions = CpuKernel(model), StreamConditions(frame_condition(model, frames))
    whole = Generator(kernel, GenerationParams(), 7, conditions).step(500).codes
    bits = Generator(kernel, GenerationParams(), 7, conditions)
    np.testing.assert_array_equal(np.concatenate([bits.step(n).codes for n in (1, 79, 120, 300)]), whole)
    together = StreamBatch(kernel, GenerationParams(), [6, 7], conditions).step(500)
    np.testing.assert_array_equal(together[1], whole)
