from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import mulaw
from engine.config import ModelConfig
from engine.training.feeding import heard, moved

LEVELS = np.array([0, 3, 128, 200, 255])
LINEAR = np.array([-32768, -300, 0, 77, 32767])
STEPS = np.array([-2.4, 0.6, 1.0, -1.0, 9.0])


def config(**fields: Any) -> ModelConfig:
    return ModelConfig(**fields)


def test_without_noise_a_model_hears_what_was_there() -> None:
    inputs, amplitudes = heard(config(), LEVELS)
    assert (inputs.dtype, inputs.tolist()) == (np.int64, LEVELS.tolist())
    np.testing.assert_array_equal(amplitudes, mulaw.decode(LEVELS))
    inputs, amplitudes = heard(config(input="scalar", output="gaussian"), LINEAR)
    assert inputs.dtype == np.float32
    np.testing.assert_array_equal(inputs, LINEAR / 32768)
    np.testing.assert_array_equal(amplitudes, LINEAR / 32768)


def test_noise_moves_codes_by_whole_levels_and_never_beyond_the_outermost() -> None:
    inputs, amplitudes = heard(config(), LEVELS, STEPS)
    assert inputs.tolist() == [0, 4, 129, 199, 255]
    np.testing.assert_array_equal(amplitudes, mulaw.decode(inputs))


def test_a_scalar_input_of_levels_is_on_the_companded_scale() -> None:
    inputs, amplitudes = heard(config(input="scalar"), LEVELS, STEPS)
    np.testing.assert_allclose(inputs, np.array([0, 4, 129, 199, 255]) / 127.5 - 1.0, atol=1e-6)
    np.testing.assert_array_equal(amplitudes, mulaw.decode([0, 4, 129, 199, 255]))


def test_an_embedding_hears_sixteen_bit_samples_as_levels() -> None:
    noise = np.array([1.0, -1.0, 0.0, 2.0, 1.0])
    inputs, _ = heard(config(output="logistics"), LINEAR, noise)
    levels = mulaw.encode(LINEAR / 32768).astype(int)
    assert inputs.tolist() == np.clip(levels + noise, 0, 255).tolist()


def test_an_amplitude_moves_as_far_on_the_companded_scale_as_a_level_would() -> None:
    levels = np.arange(5, 250)
    inputs, _ = heard(config(input="scalar", output="gaussian"), LINEAR, np.zeros(5))
    np.testing.assert_allclose(inputs, LINEAR / 32768, atol=1e-7)
    for steps in (-3.0, 1.0, 5.0):
        found = moved(mulaw.decode(levels).astype(np.float64), np.full(len(levels), steps))
        np.testing.assert_allclose(found, mulaw.decode(levels + int(steps)), rtol=1e-5, atol=1e-7)


def test_noise_near_silence_is_small_and_near_full_scale_it_stays_inside() -> None:
    inputs, amplitudes = heard(config(input="scalar", output="logistics"), LINEAR, np.full(5, 1.0))
    assert inputs[2] == pytest.approx((256 ** (2 / 255) - 1) / 255)  # the inverse of the mu-law curve
    assert inputs[4] == 1.0
    assert amplitudes is inputs
