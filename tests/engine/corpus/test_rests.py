from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.corpus.rests import shorten_rests

RATE = 16_000


def tone(seconds: float) -> NDArray[np.float32]:
    return (0.3 * np.sin(2 * np.pi * 300.0 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def rest(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), np.float32)


def test_long_rests_become_a_sixth_of_a_second_and_short_ones_stay() -> None:
    whole = np.concatenate([tone(1.0), rest(2.0), tone(1.0), rest(0.1), tone(1.0), rest(5.0)])
    short = shorten_rests(whole, RATE)
    assert len(short) / RATE == pytest.approx(3.0 + 0.16 + 0.1 + 0.16, abs=0.03)


def test_what_sounds_is_kept_sample_by_sample() -> None:
    before, after = tone(1.0), tone(0.5)
    short = shorten_rests(np.concatenate([before, rest(1.0), after]), RATE)
    np.testing.assert_array_equal(short[:RATE], before)
    np.testing.assert_array_equal(short[-len(after) :], after)


def test_sound_without_rests_and_very_short_sound_come_back_as_they_were() -> None:
    for samples in (tone(2.0), tone(0.01), rest(0.0)):
        np.testing.assert_array_equal(shorten_rests(samples, RATE), samples)


def test_a_cut_makes_no_click() -> None:
    """Between two rests of other levels, nothing moves faster than the noise itself does."""
    rng = np.random.default_rng(1)
    noise = rng.uniform(-1e-3, 1e-3, 2 * RATE).astype(np.float32)
    whole = np.concatenate([tone(1.0), noise + 1e-3, noise - 1e-3, tone(1.0)])
    short = shorten_rests(whole, RATE)
    middle = short[RATE : len(short) - RATE]
    assert float(np.abs(np.diff(middle)).max()) <= 2.2e-3
