from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.stream.output.resample import Resampler


def resampled(
    source: int, target: int, samples: NDArray[np.float32]
) -> tuple[NDArray[np.float32], list[int], float]:
    resampler = Resampler(source, target)
    parts = [resampler.process(samples[start : start + 128]) for start in range(0, len(samples), 128)]
    return np.concatenate(parts), [len(part) for part in parts], resampler.delay_s


def test_equal_rates_pass_untouched() -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 1000).astype(np.float32)
    out, _, delay = resampled(16_000, 16_000, samples)
    np.testing.assert_array_equal(out, samples)
    assert delay == 0.0


@pytest.mark.parametrize(("source", "target"), [(16_000, 48_000), (16_000, 44_100), (22_050, 48_000)])
def test_a_sine_keeps_its_pitch_and_level(source: int, target: int) -> None:
    seconds = 2
    samples = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(seconds * source) / source)).astype(np.float32)
    out, _, _ = resampled(source, target, samples)
    middle = out[target // 2 : target // 2 + target].astype(np.float64)
    time = np.arange(target) / target
    # Projection on a sine and a cosine of 1 kHz over a whole second.
    amplitude = 2 * abs(np.mean(middle * np.exp(-2j * np.pi * 1000 * time)))
    assert amplitude == pytest.approx(0.5, rel=0.01)
    residue = np.mean(middle**2) - amplitude**2 / 2
    assert 10 * np.log10(max(residue, 1e-12) / (amplitude**2 / 2)) < -60


@pytest.mark.parametrize(("source", "target"), [(16_000, 48_000), (16_000, 44_100), (22_050, 48_000)])
def test_it_hands_samples_out_evenly_so_that_a_short_ring_suffices(source: int, target: int) -> None:
    _, lengths, delay = resampled(source, target, np.zeros(200 * 128, dtype=np.float32))
    settled = np.array(lengths[50:])
    assert np.abs(settled - 128 * target / source).max() <= 2
    assert 0.0 < delay < 0.030


def test_a_click_stays_in_its_place() -> None:
    samples = np.zeros(16_000, dtype=np.float32)
    samples[8_000] = 1.0
    out, _, _ = resampled(16_000, 48_000, samples)
    assert np.argmax(np.abs(out)) / 48_000 == pytest.approx(0.5, abs=0.001)
