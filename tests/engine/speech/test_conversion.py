from __future__ import annotations

import numpy as np
import pytest

from engine.speech.conversion import converted, voice_statistics
from engine.speech.features import CEPSTRA, CHANNELS, LOG_F0, PAUSE, PERIODICITY, VOICED, Floats


def speech(seed: int, shift: float = 0.0, spread: float = 1.0) -> Floats:
    """Random features: every third frame is a pause, every other one voiced."""
    features = np.random.default_rng(seed).standard_normal((600, CHANNELS)).astype(np.float32)
    features[:, : LOG_F0 + 1] = spread * features[:, : LOG_F0 + 1] + shift
    features[:, PAUSE] = np.arange(600) % 3 == 0
    features[:, VOICED] = np.arange(600) % 2 == 0
    return features


def test_cepstra_are_counted_outside_pauses_and_the_melody_where_it_is_voiced() -> None:
    features = speech(1, shift=2.0)
    features[features[:, PAUSE] > 0.5, :CEPSTRA] = 99.0
    features[features[:, VOICED] < 0.5, LOG_F0] = 99.0
    statistics = voice_statistics(features)
    assert np.abs(np.array(statistics.mean[: LOG_F0 + 1]) - 2.0).max() < 0.25
    assert np.abs(np.array(statistics.deviation[: LOG_F0 + 1]) - 1.0).max() < 0.15
    assert statistics.mean[PERIODICITY:] == (0.0, 0.0, 0.0)


def test_a_converted_voice_has_the_statistics_of_the_other_but_for_energy_and_the_melodys_range() -> None:
    features = speech(1, shift=1.0, spread=0.5)
    source, target = voice_statistics(features), voice_statistics(speech(2, shift=-1.0, spread=2.0))
    after = voice_statistics(converted(features, source, target))
    np.testing.assert_allclose(after.mean[1 : LOG_F0 + 1], target.mean[1 : LOG_F0 + 1], atol=2e-3)
    np.testing.assert_allclose(after.deviation[1:CEPSTRA], target.deviation[1:CEPSTRA], atol=2e-3)
    assert after.deviation[LOG_F0] == pytest.approx(source.deviation[LOG_F0], abs=1e-3)
    assert after.mean[0] == pytest.approx(source.mean[0], abs=1e-3)


def test_a_voice_converted_to_itself_stays_what_it_was() -> None:
    features = speech(3)
    statistics = voice_statistics(features)
    np.testing.assert_allclose(converted(features, statistics, statistics), features, atol=1e-5)


def test_voicing_periodicity_and_pauses_stay() -> None:
    features = speech(4)
    result = converted(features, voice_statistics(features), voice_statistics(speech(5, 3.0)))
    np.testing.assert_array_equal(result[:, PERIODICITY:], features[:, PERIODICITY:])


def test_what_is_constant_is_only_moved() -> None:
    features = speech(6)
    features[:, 3] = 0.7
    target = voice_statistics(speech(7))
    result = converted(features, voice_statistics(features), target)
    np.testing.assert_allclose(result[:, 3], target.mean[3], atol=1e-3)


def test_silence_has_statistics_of_zeros() -> None:
    features = np.zeros((10, CHANNELS), np.float32)
    features[:, PAUSE] = 1.0
    assert voice_statistics(features).mean == (0.0,) * CHANNELS


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[10, 3\], not \[frames, 24\]"):
        voice_statistics(np.zeros((10, 3), np.float32))
