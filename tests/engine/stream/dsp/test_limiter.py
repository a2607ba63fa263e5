from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.stream.dsp.limiter import Limiter

RATE = 16_000
CEILING = 10.0 ** (-1.0 / 20.0)  # -1 dBFS
LEVEL = 10.0 ** (-14.0 / 20.0)  # -14 dB RMS


def in_blocks(samples: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    limiter = Limiter(RATE)
    parts = [limiter.process(samples[start : start + block]) for start in range(0, len(samples), block)]
    return np.concatenate(parts)


def noise(seconds: float, amplitude: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    return rng.uniform(-amplitude, amplitude, round(seconds * RATE)).astype(np.float32)


def test_full_scale_noise_never_passes_the_ceiling() -> None:
    assert np.abs(in_blocks(noise(1.0, 1.0), 128)).max() <= CEILING


def test_a_single_full_scale_click_in_silence_stays_under_the_ceiling() -> None:
    samples = np.zeros(4000, dtype=np.float32)
    samples[2000] = -1.0
    assert np.abs(in_blocks(samples, 128)).max() <= CEILING


def test_even_absurd_amplitudes_stay_under_the_ceiling() -> None:
    assert np.abs(in_blocks(noise(0.5, 50.0), 100)).max() <= CEILING


def test_below_its_thresholds_it_only_delays() -> None:
    samples = noise(1.0, 0.2)  # RMS 0.2 / sqrt 3 = -18.8 dBFS
    out = in_blocks(samples, 128)
    delay = Limiter(RATE).delay
    np.testing.assert_array_equal(out[delay:], samples[:-delay])
    np.testing.assert_array_equal(out[:delay], 0.0)


def test_lasting_noise_is_brought_down_to_the_level() -> None:
    out = in_blocks(noise(1.0, 1.0), 128)  # RMS 1 / sqrt 3 = -4.8 dBFS
    rms = np.sqrt(np.mean(np.square(out[RATE // 2 :], dtype=np.float64)))
    assert 20 * np.log10(rms / LEVEL) == pytest.approx(0.0, abs=0.7)


def test_a_sudden_bang_is_down_within_fifty_milliseconds() -> None:
    samples = np.concatenate([np.zeros(RATE // 2, dtype=np.float32), noise(0.5, 1.0)])
    out = in_blocks(samples, 128)[RATE // 2 + round(0.05 * RATE) :]
    rms = np.sqrt(np.mean(np.square(out, dtype=np.float64)))
    assert rms < LEVEL * 10 ** (0.7 / 20)


def test_it_lets_go_after_the_loud_part() -> None:
    quiet = noise(1.0, 0.1)
    samples = np.concatenate([noise(0.2, 1.0), quiet])
    out = in_blocks(samples, 128)
    delay = Limiter(RATE).delay
    # 9.2 dB of reduction at 40 dB a second is over after 0.23 s, and the window's 0.03 s.
    settled = round(0.35 * RATE)
    np.testing.assert_array_equal(
        out[len(samples) - len(quiet) + settled + delay :], quiet[settled : len(quiet) - delay]
    )


@pytest.mark.parametrize("block", [1, 17, 64, 1000])
def test_the_block_size_changes_nothing(block: int) -> None:
    samples = noise(0.2, 0.9)
    np.testing.assert_allclose(in_blocks(samples, block), in_blocks(samples, 128), atol=1e-6)


def test_no_samples_in_none_out() -> None:
    assert len(Limiter(RATE).process(np.empty(0, dtype=np.float32))) == 0


def straightforward(samples: NDArray[np.float32], delay: int, window: int) -> NDArray[np.float64]:
    """The limiter by its definition, sample after sample, in float64."""
    x, n = samples.astype(np.float64), len(samples)
    held, gains = [0.0] * (2 * delay), np.empty(n)
    for t in range(n):
        rms = np.sqrt(np.sum(x[max(0, t - window + 1) : t + 1] ** 2) / window)
        wish = -np.log(max(abs(x[t]) / CEILING, rms / LEVEL, 1.0))
        held.append(min(wish, held[-1] + np.log(10.0) / 20.0 * 40.0 / RATE))
        lowest = [min(held[-1 - back - delay : len(held) - back]) for back in range(delay + 1)]
        gains[t] = np.exp(np.mean(lowest))
    late = np.concatenate([np.zeros(delay), x])[:n]
    return np.clip(late * gains, -CEILING, CEILING)


def test_it_does_what_its_definition_says() -> None:
    loud = np.concatenate([noise(0.05, 0.2), noise(0.1, 1.0), noise(0.1, 0.1), noise(0.05, 2.0)])
    np.testing.assert_allclose(in_blocks(loud, 64), straightforward(loud, 32, 480), atol=1e-6)
