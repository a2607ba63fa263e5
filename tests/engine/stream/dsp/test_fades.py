from __future__ import annotations

import numpy as np
import pytest

from engine.stream.dsp.fades import FadeIn, crossfade, fade_out

RATE = 16_000


def test_a_fade_out_goes_from_full_level_to_silence_without_a_step() -> None:
    faded = fade_out(np.ones(160, dtype=np.float32))
    assert faded[0] > 0.999
    assert faded[-1] < 0.001
    assert np.all(np.diff(faded) < 0)
    # The steepest step of a squared cosine over n samples is pi / 2n.
    assert np.abs(np.diff(faded)).max() < np.pi / 2 / 160 * 1.01


def test_a_fade_in_lasts_ten_milliseconds_and_then_changes_nothing() -> None:
    fade = FadeIn(RATE)
    fade.restart()
    samples = np.ones(400, dtype=np.float32)
    faded = fade.process(samples)
    length = round(0.010 * RATE)
    assert length == 160
    assert faded[0] < 0.001
    assert np.all(np.diff(faded[:length]) > 0)
    np.testing.assert_array_equal(faded[length:], 1.0)


@pytest.mark.parametrize("block", [1, 7, 64, 160])
def test_a_fade_in_is_the_same_whatever_the_block_size(block: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 400).astype(np.float32)
    whole, parts = FadeIn(RATE), FadeIn(RATE)
    whole.restart()
    parts.restart()
    pieces = [parts.process(samples[start : start + block]) for start in range(0, 400, block)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole.process(samples))


def test_nothing_fades_before_it_is_asked_for() -> None:
    samples = np.ones(10, dtype=np.float32)
    np.testing.assert_array_equal(FadeIn(RATE).process(samples), samples)


def test_a_crossfade_keeps_the_power_of_unrelated_sounds() -> None:
    falling, rising = crossfade(480)
    np.testing.assert_allclose(falling**2 + rising**2, 1.0, atol=1e-6)
    assert falling[0] > 0.999
    assert rising[-1] > 0.999
