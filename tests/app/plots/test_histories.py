"""What is kept of odds and spectra."""

from __future__ import annotations

import numpy as np
import pytest

from app.plots import odds_history
from app.plots.odds_history import OddsHistory
from app.plots.spectrogram import Spectrogram


def certain(code: int) -> np.ndarray:
    odds = np.zeros(256)
    odds[code] = 1.0
    return odds


def test_odds_are_found_at_their_time_as_square_roots() -> None:
    history = OddsHistory()
    odds = np.zeros(256)
    odds[[10, 20]] = (0.25, 0.75)
    history.put(2.0, odds, 0.8)
    found, bits, there = history.at(np.array([1.0, 2.01, 3.0]))
    assert there.tolist() == [False, True, False]
    assert found[1, 10] == round(255 * 0.5)
    assert bits[1] == pytest.approx(0.8)


def test_a_look_that_was_missed_shows_what_was_seen_before_it_and_a_long_gap_nothing() -> None:
    history = OddsHistory()
    history.put(0.0, certain(1), 0.0)
    history.put(0.15, certain(2), 0.0)
    history.put(2.0, certain(3), 0.0)
    found, _, there = history.at(np.array([0.1, 1.0]))
    assert there.tolist() == [True, False]
    assert found[0, 1] == 255


def test_a_time_that_comes_again_overwrites() -> None:
    history = OddsHistory()
    history.put(1.0, certain(1), 0.0)
    history.put(1.0, certain(2), 0.0)
    found, _, _ = history.at(np.array([1.01]))
    assert (found[0, 1], found[0, 2]) == (0, 255)


def test_memory_is_bounded_however_long_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odds_history, "MOST", 64)
    history = OddsHistory()
    for look in range(600):
        history.put(look / 30.0, certain(look % 256), 0.0)
    assert history.count <= 64
    found, _, there = history.at(np.array([1.0, 19.0]))
    assert there.all()
    assert abs(int(found[0].argmax()) - 30) <= 16
    assert abs(int(found[1].argmax()) - 570 % 256) <= 16


@pytest.mark.parametrize("hertz", [500.0, 3_000.0, 7_000.0])
def test_a_tone_is_brightest_at_its_height_and_its_time(hertz: float) -> None:
    rate = 16_000
    time = np.arange(2 * rate) / rate
    tone = np.where(time > 1.0, 0.5 * np.sin(2 * np.pi * hertz * time), 0.0).astype(np.float32)
    levels, there = Spectrogram(tone, rate).at(np.array([0.5, 1.5]))
    assert there.all()
    assert levels[0].max() == 0
    assert levels[1].argmax() == pytest.approx(hertz / 8_000.0 * 128, abs=1)


def test_a_long_sound_has_no_more_spectra_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.plots.spectrogram.MOST", 16)
    _, there = Spectrogram(np.ones(160_000, np.float32), 16_000).at(np.arange(0.5, 9.0))
    assert there.all()


def test_a_sound_too_short_for_one_spectrum_has_none() -> None:
    _, there = Spectrogram(np.ones(10, np.float32), 16_000).at(np.array([0.0]))
    assert not there.any()
