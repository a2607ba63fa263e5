"""Voicing by periodicity, on sounds of which it is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.speech.voicing import audible_pitch, continuous, periodicity

RATE = 16_000
FRAMES = 200


def _hum(f0: np.ndarray) -> np.ndarray:
    """One second of twelve harmonics of a gliding F0, [FRAMES] Hz."""
    hertz = np.interp(np.arange(RATE) / RATE, np.arange(FRAMES) * 0.005, f0)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return 0.1 * sum(np.sin(n * phase) for n in range(1, 13))


@pytest.mark.parametrize(("low", "high"), [(70.0, 90.0), (180.0, 260.0), (350.0, 300.0)])
def test_a_gliding_hum_is_voiced_throughout(low: float, high: float) -> None:
    f0 = np.linspace(low, high, FRAMES)
    np.testing.assert_array_equal(audible_pitch(_hum(f0), f0, RATE)[5:-5], f0[5:-5])


@pytest.mark.parametrize("f0", [80.0, 120.0, 220.0])
def test_noise_is_not_voiced_whatever_pitch_the_synthesiser_meant(f0: float) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, RATE)
    voiced = audible_pitch(noise, np.full(FRAMES, f0), RATE) > 0.0
    assert voiced.mean() < 0.05


def test_silence_and_what_nobody_hears_are_not_voiced() -> None:
    f0 = np.full(FRAMES, 120.0)
    assert not audible_pitch(np.zeros(RATE), f0, RATE).any()
    assert not audible_pitch(1e-4 * _hum(f0), f0, RATE).any()


def test_voicing_ends_where_the_sound_does_within_15_ms() -> None:
    f0 = np.full(FRAMES, 120.0)
    noise = np.random.default_rng(1).normal(0.0, 0.1, RATE)
    sound = np.where(np.arange(RATE) < RATE // 2, _hum(f0), noise)
    last = np.flatnonzero(audible_pitch(sound, f0, RATE)[:140])[-1]
    assert last * 0.005 == pytest.approx(0.5, abs=0.015)


def test_periodicity_is_high_for_a_hum_and_low_at_another_pitch() -> None:
    f0 = np.full(FRAMES, 150.0)
    assert periodicity(_hum(f0), f0, RATE)[10:-10].min() > 0.8
    assert periodicity(_hum(f0), np.full(FRAMES, 109.0), RATE)[10:-10].max() < 0.5


def test_gaps_in_f0_become_straight_lines_and_its_ends_are_held() -> None:
    f0 = np.array([0.0, 100.0, 0.0, 0.0, 130.0, 0.0])
    np.testing.assert_allclose(continuous(f0), [100.0, 100.0, 110.0, 120.0, 130.0, 130.0])


def test_a_sentence_without_any_pitch_is_an_error() -> None:
    with pytest.raises(ValueError, match="no pitch"):
        continuous(np.zeros(10))
