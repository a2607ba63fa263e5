from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.training.augment import drifted, model_inputs, moved
from engine.wavenet import mulaw
from engine.wavenet.codes import code_type, decode, silence
from engine.wavenet.config import ModelConfig

LEVELS = np.array([0, 3, 128, 200, 255])
LINEAR = np.array([-32768, -300, 0, 77, 32767])
STEPS = np.array([-2.4, 0.6, 1.0, -1.0, 9.0])


def config(**fields: Any) -> ModelConfig:
    return ModelConfig(**fields)


def test_without_noise_a_model_hears_what_was_there() -> None:
    inputs, amplitudes = model_inputs(config(), LEVELS)
    assert (inputs.dtype, inputs.tolist()) == (np.int64, LEVELS.tolist())
    np.testing.assert_array_equal(amplitudes, mulaw.decode(LEVELS))
    inputs, amplitudes = model_inputs(config(input="scalar", output="gaussian"), LINEAR)
    assert inputs.dtype == np.float32
    np.testing.assert_array_equal(inputs, LINEAR / 32768)
    np.testing.assert_array_equal(amplitudes, LINEAR / 32768)


def test_noise_moves_codes_by_whole_levels_and_never_beyond_the_outermost() -> None:
    inputs, amplitudes = model_inputs(config(), LEVELS, STEPS)
    assert inputs.tolist() == [0, 4, 129, 199, 255]
    np.testing.assert_array_equal(amplitudes, mulaw.decode(inputs))


def test_a_scalar_input_of_levels_is_on_the_companded_scale() -> None:
    inputs, amplitudes = model_inputs(config(input="scalar"), LEVELS, STEPS)
    np.testing.assert_allclose(inputs, np.array([0, 4, 129, 199, 255]) / 127.5 - 1.0, atol=1e-6)
    np.testing.assert_array_equal(amplitudes, mulaw.decode([0, 4, 129, 199, 255]))


def test_an_embedding_hears_sixteen_bit_samples_as_levels() -> None:
    noise = np.array([1.0, -1.0, 0.0, 2.0, 1.0])
    inputs, _ = model_inputs(config(output="logistics"), LINEAR, noise)
    mulaw_codes = mulaw.encode(LINEAR / 32768).astype(int)
    assert inputs.tolist() == np.clip(mulaw_codes + noise, 0, 255).tolist()


def test_an_amplitude_moves_as_far_on_the_companded_scale_as_a_level_would() -> None:
    mulaw_codes = np.arange(5, 250)
    inputs, _ = model_inputs(config(input="scalar", output="gaussian"), LINEAR, np.zeros(5))
    np.testing.assert_allclose(inputs, LINEAR / 32768, atol=1e-7)
    for steps in (-3.0, 1.0, 5.0):
        found = moved(mulaw.decode(mulaw_codes).astype(np.float64), np.full(len(mulaw_codes), steps))
        np.testing.assert_allclose(found, mulaw.decode(mulaw_codes + int(steps)), rtol=1e-5, atol=1e-7)


def test_noise_near_silence_is_small_and_near_full_scale_it_stays_inside() -> None:
    inputs, amplitudes = model_inputs(config(input="scalar", output="logistics"), LINEAR, np.full(5, 1.0))
    assert inputs[2] == pytest.approx((256 ** (2 / 255) - 1) / 255)  # the inverse of the mu-law curve
    assert inputs[4] == 1.0
    assert amplitudes is inputs


WAVE = np.rint(3000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.int64)
FINE = ModelConfig(input="scalar", output="gaussian")


def drifted_shapes(config: ModelConfig, codes: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """The amplitudes that ``codes`` are heard as, sixty times."""
    distorted = (drifted(config, codes, np.random.default_rng(seed)) for seed in range(60))
    return [decode(shape.astype(code_type(config))).astype(np.float64) for shape in distorted]


@pytest.mark.parametrize("config", [ModelConfig(), FINE])
def test_silence_that_drifted_is_an_offset_or_sways_more_slowly_than_a_note(config: ModelConfig) -> None:
    shapes = drifted_shapes(config, np.full(16_000, silence(config), np.int64))
    sizes = [np.abs(shape).max() for shape in shapes]
    assert max(sizes) > 0.95  # some are pinned at the end of the scale
    displaced = [size for size in sizes if size > 1e-3]  # silence too loud or too soft is silence
    assert 15 < len(displaced) < 45
    assert np.median(displaced) < 0.3
    assert 30 < sum(np.abs(shape[-100:]).max() < 1e-3 for shape in shapes) < 60  # most have found back
    assert {bool(shape.sum() > 0) for shape in shapes} == {True, False}
    for shape in shapes:
        spectrum = np.abs(np.fft.rfft(shape * np.hanning(len(shape)))) ** 2  # bins of 1 Hz
        assert spectrum[200:].sum() <= 0.02 * spectrum.sum()


def test_sound_that_drifts_rides_on_an_offset_or_is_far_too_loud_or_far_too_soft() -> None:
    wave = WAVE / 32768
    found = {"loud": 0, "soft": 0, "offset": 0}
    for shape in drifted_shapes(FINE, WAVE):
        moved = np.abs(shape - wave) > 1e-3
        if moved.sum() < 1000:  # too short to tell
            continue
        likeness = np.corrcoef(shape[moved] - wave[moved], wave[moved])[0, 1]
        if likeness > 0.5:
            found["loud"] += 1
            assert 1.9 < np.abs(shape).max() / np.abs(wave).max() < 6.1
        elif likeness < -0.5:
            found["soft"] += 1
            gain = (shape[moved] @ wave[moved]) / (wave[moved] @ wave[moved])
            assert 0.015 < gain < 0.4  # the stretch's two ramps count as well
        elif np.abs(shape).max() < 1.0:
            found["offset"] += 1
            assert abs(likeness) < 0.1
    assert min(found.values()) > 3


def test_what_has_not_drifted_stays_as_it_was() -> None:
    codes = np.random.default_rng(1).integers(0, 256, 16_000)
    for seed in range(20):
        changed = np.flatnonzero(drifted(ModelConfig(), codes, np.random.default_rng(seed)) != codes)
        assert len(changed) == 0 or changed[-1] - changed[0] < 16_000
    shares = [(drifted(ModelConfig(), codes, np.random.default_rng(s)) == codes).mean() for s in range(60)]
    assert np.mean(shares) > 0.5
