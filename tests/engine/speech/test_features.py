from __future__ import annotations

import librosa
import numpy as np
import pytest
from scipy.fft import dct

from engine.speech.features import (
    BANDS,
    CEPSTRA,
    CHANNELS,
    LOG_F0,
    PAUSE,
    PERIODICITY,
    VOICED,
    bent,
    cepstra,
    dct_basis,
    hertz,
    hop_of,
    mel_filters,
    melody,
    sharpening,
    speech_features,
)
from tests.engine.speech.test_pitch import RATE, voice


def test_the_mel_bands_are_librosas_htk_triangles() -> None:
    other = librosa.filters.mel(sr=RATE, n_fft=512, n_mels=BANDS, htk=True, norm=None)
    np.testing.assert_allclose(mel_filters(RATE, 512), other, atol=1e-6)


def test_the_cosine_transform_is_scipys() -> None:
    values = np.random.default_rng(0).standard_normal(BANDS)
    expected = dct(values, type=2, norm="ortho")[:CEPSTRA]
    np.testing.assert_allclose(dct_basis(BANDS, CEPSTRA) @ values, expected, atol=1e-12)


def test_ten_times_the_amplitude_moves_the_first_cepstrum_by_20_db_and_nothing_else() -> None:
    noise = (0.02 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)
    soft, loud = cepstra(noise, RATE), cepstra(10.0 * noise, RATE)
    np.testing.assert_allclose((loud - soft)[:, 0], np.log(100.0) / 4.0, atol=1e-3)
    np.testing.assert_allclose(loud[:, 1:], soft[:, 1:], atol=1e-3)


def test_the_first_cepstrum_of_silence_is_the_floor() -> None:
    np.testing.assert_allclose(cepstra(np.zeros(800, np.float32), RATE)[:, 0], (np.log(1e-7) + 9.0) / 4.0)


def test_a_voice_says_its_melody_in_half_octaves_from_160_hertz() -> None:
    features = speech_features(voice(320.0), RATE)
    assert features.shape == (200, CHANNELS)
    np.testing.assert_allclose(features[10:-10, LOG_F0], 2.0, atol=0.01)
    assert features[10:-10, VOICED].all()
    assert (features[10:-10, PERIODICITY] > 0.95).all()
    assert not features[10:-10, PAUSE].any()


def test_the_melody_goes_straight_through_what_is_unvoiced() -> None:
    f0 = np.array([0.0, 160.0, 0.0, 0.0, 320.0, 0.0], np.float32)
    np.testing.assert_allclose(melody(f0), [0.0, 0.0, 2 / 3, 4 / 3, 2.0, 2.0], atol=1e-6)
    np.testing.assert_allclose(hertz(melody(f0))[[1, 4]], [160.0, 320.0], rtol=1e-6)


def test_silence_is_a_pause_without_a_voice() -> None:
    features = speech_features(np.zeros(RATE, np.float32), RATE)
    assert features[:, PAUSE].all()
    assert not features[:, [LOG_F0, PERIODICITY, VOICED]].any()


def test_what_is_periodic_is_drawn_at_half_the_temperature_and_noise_at_its_own() -> None:
    features = np.zeros((4, CHANNELS), np.float32)
    features[:, PERIODICITY] = [0.0, 1 / 3, 2 / 3, 1.0]
    np.testing.assert_allclose(sharpening(features), [1.0, 1.0, 1 / 1.5, 0.5], rtol=1e-6)


def test_an_octave_up_doubles_the_pitch_and_leaves_the_envelope() -> None:
    features = speech_features(voice(150.0), RATE)
    higher = bent(features, semitones=12.0)
    np.testing.assert_allclose(hertz(higher[:, LOG_F0]), 2.0 * hertz(features[:, LOG_F0]), rtol=1e-5)
    np.testing.assert_array_equal(higher[:, :CEPSTRA], features[:, :CEPSTRA])


def test_twice_as_fast_is_half_as_long_and_yes_or_no_stays_so() -> None:
    features = speech_features(np.concatenate([voice(150.0), np.zeros(RATE, np.float32)]), RATE)
    fast, slow = bent(features, speed=2.0), bent(features, speed=0.5)
    assert (len(fast), len(slow)) == (200, 800)
    assert set(np.unique(slow[:, [VOICED, PAUSE]])) == {0.0, 1.0}
    assert slow[:, VOICED].sum() == pytest.approx(2 * features[:, VOICED].sum(), abs=2)


def test_a_rate_whose_frames_are_no_whole_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="11025 Hz"):
        hop_of(11_025)
