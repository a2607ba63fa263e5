from __future__ import annotations

import numpy as np
import pytest

from engine import mulaw
from engine.training.freerun import Character, character, verdict

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
