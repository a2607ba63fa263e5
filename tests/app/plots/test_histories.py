"""What is kept of odds and spectra."""

from __future__ import annotations

import numpy as np
import pytest

from app.controllers.take_pictures import Pictures
from app.plots import odds_history
from app.plots.odds_history import OddsHistory
from app.plots.pyramid import Pyramid
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
    levels, there = Spectrogram.of(tone, rate).at(np.array([0.5, 1.5]))
    assert there.all()
    assert levels[0].max() == 0
    assert levels[1].argmax() == pytest.approx(hertz / 8_000.0 * 128, abs=1)


def test_a_long_sound_has_no_more_spectra_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.plots.spectrogram.MOST", 16)
    _, there = Spectrogram.of(np.ones(160_000, np.float32), 16_000).at(np.arange(0.5, 9.0))
    assert there.all()


def test_a_sound_too_short_for_one_spectrum_has_none() -> None:
    _, there = Spectrogram.of(np.ones(10, np.float32), 16_000).at(np.array([0.0]))
    assert not there.any()


def a_sound(seconds: float, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(16_000 * seconds)).astype(np.float32)


def test_spectra_of_a_sound_that_grows_are_those_of_the_whole_sound() -> None:
    sound, live = a_sound(2.0), Spectrogram(16_000)
    for start in range(0, len(sound), 700):
        first = max(0, start - 512)  # what a spectrum needs of the samples before
        live.write(first, sound[first : start + 700])
    times = np.arange(0.05, 1.95, 0.01)
    for found, expected in zip(live.at(times), Spectrogram.of(sound, 16_000).at(times), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_what_is_written_once_more_is_the_later_and_tells_which_samples_changed() -> None:
    live = Spectrogram.of(a_sound(1.0), 16_000)
    assert live.write(8_000, np.zeros(4_000, np.float32)) == (8_192, 11_776)
    levels, there = live.at(np.array([0.4, 0.6, 0.9]))
    assert there.all()
    assert [bool(row.any()) for row in levels] == [True, False, True]
    assert live.write(0, np.zeros(300, np.float32)) is None


def test_a_growing_sound_has_no_more_spectra_than_fit_and_each_at_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.plots.spectrogram.MOST", 32)
    live = Spectrogram(16_000)
    for second in range(20):
        live.write(16_000 * second, np.full(16_000, 0.5 * (second >= 10), np.float32))
    assert live.count <= 32
    levels, there = live.at(np.array([5.0, 15.0]))
    assert there.all()
    assert [bool(row.any()) for row in levels] == [False, True]


def test_what_branches_off_has_the_past_up_to_there_and_changes_nothing_in_it() -> None:
    sound = a_sound(2.0)
    pictures = Pictures(Pyramid.of(sound), Spectrogram.of(sound, 16_000), OddsHistory())
    pictures.odds.put(0.5, certain(7), 1.0)
    pictures.odds.put(1.5, certain(8), 1.0)
    branch = pictures.until(16_000, 16_000)
    assert branch.pyramid.count == 250
    low, high, there = branch.pyramid.extremes(np.array([8_000.0, 8_064.0]))
    assert (low[0], high[0]) == pytest.approx((sound[8_000:8_064].min(), sound[8_000:8_064].max()), abs=1e-4)
    assert there.all()
    assert branch.odds.at(np.array([0.51, 1.51]))[2].tolist() == [True, False]
    assert branch.spectrogram is not None
    assert branch.spectrogram.at(np.array([0.5, 1.5]))[1].tolist() == [True, False]
    branch.pyramid.write(100, np.zeros(9, np.float32), np.zeros(9, np.float32))
    branch.spectrogram.write(6_400, np.zeros(2_000, np.float32))
    assert pictures.pyramid.extremes(np.array([6_400.0, 6_464.0]))[1][0] > 0.1
    assert pictures.spectrogram is not None
    assert pictures.spectrogram.at(np.array([0.45]))[0].any()
