"""Levelling and trimming of sentences."""

from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.speech.labels import Labels, Phone
from engine.corpus.speech.level import active_level, levelled, trimmed

RATE = 16_000


def _tone(seconds: float, amplitude: float = 0.5, hertz: float = 200.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def test_the_active_level_of_a_sine_is_its_amplitude_over_root_two() -> None:
    assert active_level(_tone(1.0, 0.3), RATE) == pytest.approx(0.3 / np.sqrt(2), rel=1e-6)


def test_pauses_do_not_count_towards_the_active_level() -> None:
    with_pause = np.concatenate([_tone(1.0, 0.3), np.zeros(3 * RATE), _tone(1.0, 0.001)])
    assert active_level(with_pause, RATE) == pytest.approx(0.3 / np.sqrt(2), rel=1e-6)


@pytest.mark.parametrize("amplitude", [0.001, 0.05, 0.9])
def test_every_sentence_comes_out_at_minus_22_decibels(amplitude: float) -> None:
    out = levelled(_tone(1.0, amplitude), RATE)
    assert 20 * np.log10(np.sqrt(np.mean(out**2))) == pytest.approx(-22.0, abs=1e-6)


def test_a_peaky_sentence_stays_below_the_ceiling_instead_of_clipping() -> None:
    samples = _tone(1.0, 0.01)
    samples[5000] = 1.0
    assert np.abs(levelled(samples, RATE)).max() == pytest.approx(0.89)


@pytest.mark.parametrize("samples", [np.zeros(RATE), np.ones(100)])
def test_silence_and_shreds_have_no_level(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"silence|20 ms"):
        levelled(samples, RATE)


def _sentence(before: float, after: float) -> tuple[np.ndarray, Labels]:
    phones = (
        Phone("pau", 0.0, before, 0),
        Phone("aa", before, before + 1.0, 1),
        Phone("pau", before + 1.0, before + 1.0 + after, 0),
    )
    samples = _tone(before + 1.0 + after)
    return samples, Labels(phones, np.full(int(np.ceil(len(samples) / 80)), 200.0))


def test_long_pauses_at_the_ends_are_cut_to_100_and_150_ms() -> None:
    part, labels = trimmed(*_sentence(0.3, 0.4), RATE)
    assert len(part) == pytest.approx(1.25 * RATE, abs=80)
    start, end = labels.spoken()
    assert start == pytest.approx(0.1, abs=0.0026)
    assert len(part) / RATE - end == pytest.approx(0.15, abs=0.001)
    assert labels.phones[-1].end == pytest.approx(len(part) / RATE)


def test_short_pauses_at_the_ends_stay_as_they_are() -> None:
    samples, labels = _sentence(0.05, 0.08)
    part, cut = trimmed(samples, labels, RATE)
    assert len(part) == len(samples)
    assert cut.spoken() == pytest.approx(labels.spoken())


def test_the_samples_and_labels_are_cut_at_the_same_place() -> None:
    samples, labels = _sentence(0.303, 0.4)
    part, cut = trimmed(samples, labels, RATE)
    shift = labels.spoken()[0] - cut.spoken()[0]
    middle = slice(RATE // 2, RATE // 2 + 400)
    np.testing.assert_array_equal(part[middle], samples[round(shift * RATE) :][middle])


def test_both_ends_fade_so_that_a_cut_does_not_click() -> None:
    part, _ = trimmed(*_sentence(0.3, 0.4), RATE)
    assert abs(part[0]) < 1e-6
    assert abs(part[-1]) < 1e-6


def test_f0_has_a_value_for_every_5_ms_begun() -> None:
    part, labels = trimmed(*_sentence(0.3, 0.4), RATE)
    assert len(labels.f0) == int(np.ceil(len(part) / 80))
