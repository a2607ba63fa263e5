from __future__ import annotations

import numpy as np
import pytest

from engine.generation.generator import Generator
from engine.kernels.reference import ReferenceKernel
from engine.training.freerun import Character, character, free_run, verdict
from engine.wavenet import mulaw
from engine.wavenet.config import GenerationParams, ModelConfig
from tests.models import TINY, random_model

RATE = 16_000
TIME = np.arange(2 * RATE) / RATE


def of(samples: np.ndarray) -> Character:
    return character(mulaw.encode(samples), None)


def melody(seed: int = 0) -> np.ndarray:
    """Decaying harmonic notes of changing pitch: something alive."""
    rng = np.random.default_rng(seed)
    notes = []
    for pitch in rng.choice([220, 262, 330, 392, 440], 8):
        t = np.arange(RATE // 4) / RATE
        notes.append(sum(np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3)) * np.exp(-6 * t))
    return 0.3 * np.concatenate(notes)


def test_the_level_is_the_root_mean_square() -> None:
    # A sine of amplitude a has the level 20 log10(a / sqrt 2).
    assert of(0.5 * np.sin(2 * np.pi * 440 * TIME)).level_db == pytest.approx(-9.03, abs=0.05)


def test_the_centroid_is_where_the_energy_is() -> None:
    assert of(0.5 * np.sin(2 * np.pi * 4000 * TIME)).centroid == pytest.approx(0.5, abs=0.02)


def test_white_noise_is_flat_and_a_tone_is_not() -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 2 * RATE)
    assert of(noise).flatness > 0.5
    assert of(0.5 * np.sin(2 * np.pi * 440 * TIME)).flatness < 0.05


def test_a_constant_is_stuck() -> None:
    assert character(np.full(RATE, 127, np.uint8), None).stuck == 1.0


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (melody(1), "alive"),
        (melody(1) * 1e-4, "silent"),
        (0.3 * np.sign(np.sin(2 * np.pi * 250 * TIME)), "a steady buzz"),
        (np.random.default_rng(0).uniform(-0.3, 0.3, 2 * RATE), "noise"),
        (np.where(TIME < 0.6, melody(1), 0.2), "stuck"),
    ],
)
def test_the_verdict_tells_music_from_what_a_broken_model_does(samples: np.ndarray, expected: str) -> None:
    assert verdict(of(samples), of(melody(0))) == expected


def test_a_run_far_above_its_corpus_is_too_loud() -> None:
    assert verdict(of(melody(1)), of(0.1 * melody(0))) == "too loud"
    assert verdict(of(melody(1)), of(0.5 * melody(0))) == "alive"


def test_figures_of_sixteen_bit_codes_are_those_of_the_sound() -> None:
    fine = character(np.rint(0.5 * np.sin(2 * np.pi * 4000 * TIME) * 32768).astype(np.int16), None)
    assert fine.level_db == pytest.approx(-9.03, abs=0.01)
    assert fine.centroid == pytest.approx(0.5, abs=0.02)
    # A quiver of one 16-bit step lies within one mu-law value, whose width at 0.5 is 700 such steps.
    quiver = (16_000 + np.arange(RATE) % 2).astype(np.int16)
    assert character(quiver, None).stuck == 1.0


@pytest.mark.parametrize("kind", [{}, {"input": "scalar", "output": "logistics", "components": 2}])
def test_a_free_run_is_what_a_stream_draws(kind: dict[str, object]) -> None:
    kernel = ReferenceKernel(random_model(ModelConfig(**{**TINY, **kind})))  # type: ignore[arg-type]
    params = GenerationParams(speaker="slt", tags=(("calm", 1.0),))
    codes, entropy = free_run(kernel, params, 100, seed=3)
    np.testing.assert_array_equal(codes, Generator(kernel, params, 3).step(100).codes)
    assert 0.0 < entropy < 8.0


def test_a_run_that_is_driven_into_the_limits_is_clipped() -> None:
    loud = of(np.clip(8.0 * melody(1), -1.0, 1.0))
    assert loud.clipped > 0.01
    assert verdict(loud, of(melody(2))) == "clipped"
    assert of(melody(1)).clipped == 0.0
