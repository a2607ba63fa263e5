"""The chip's voices: pitch, band limit, no direct current."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from engine.composing import chip
from engine.music.score import Note, Part, Score

RATE = 16_000


def _one(program: int, pitch: int = 69) -> np.ndarray:
    return chip.play(Score(1.0, (Part(program, (Note(0.0, 1.0, pitch, 127),), 127),)), Random(0), RATE)


def _spectrum(samples: np.ndarray) -> np.ndarray:
    return np.abs(np.fft.rfft(samples * np.hanning(len(samples))))  # one bin a hertz


@pytest.mark.parametrize("voice", [chip.PULSE_QUARTER, chip.PULSE_EIGHTH, chip.TRIANGLE])
def test_a_sounds_at_440_hertz(voice: int) -> None:
    assert int(np.argmax(_spectrum(_one(voice)))) == 440


def test_the_triangle_has_odd_harmonics_that_fall_with_the_square() -> None:
    spectrum = _spectrum(_one(chip.TRIANGLE))
    assert spectrum[440] / spectrum[3 * 440] == pytest.approx(9.0, rel=0.05)
    assert spectrum[2 * 440] < 0.01 * spectrum[440]


def test_the_quarter_pulse_lacks_every_fourth_harmonic() -> None:
    spectrum = _spectrum(_one(chip.PULSE_QUARTER))
    assert spectrum[4 * 440] < 0.02 * spectrum[440]
    assert spectrum[2 * 440] / spectrum[440] == pytest.approx(
        np.sin(np.pi / 2) / 2 / np.sin(np.pi / 4), rel=0.05
    )


@pytest.mark.parametrize("pitch", [69, 81, 93])
def test_nothing_sounds_between_a_pulses_harmonics(pitch: int) -> None:
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    energy = _spectrum(_one(chip.PULSE_EIGHTH, pitch)) ** 2
    bins = np.arange(len(energy))
    between = np.abs(bins - np.round(bins / hertz) * hertz) > 30
    assert energy[between].sum() < 1e-4 * energy.sum()


def test_the_quarter_pulse_is_its_textbook_square_up_to_the_band_limit() -> None:
    samples = _one(chip.PULSE_QUARTER, pitch=45)  # 110 Hz: 72 harmonics, so only the edges ring
    seconds = np.arange(RATE) / RATE
    phase = seconds * 110 % 1
    square = np.where(phase < 0.25, 1.5, -0.5) * np.exp(-2 * seconds)
    inside = (np.abs(phase - 0.125) < 0.06) | (np.abs(phase - 0.625) < 0.3)
    assert samples[200:-200][inside[200:-200]] == pytest.approx(square[200:-200][inside[200:-200]], abs=0.08)


@pytest.mark.parametrize("voice", [chip.PULSE_QUARTER, chip.PULSE_EIGHTH, chip.TRIANGLE])
def test_a_note_has_no_direct_current(voice: int) -> None:
    samples = _one(voice)
    assert abs(samples.mean()) < 0.005 * samples.std()


def test_the_same_generator_gives_the_same_noise() -> None:
    assert np.array_equal(_one(chip.NOISE), _one(chip.NOISE))


def test_a_score_lasts_its_seconds_to_the_sample_even_where_notes_go_on() -> None:
    long = Score(0.5, (Part(chip.TRIANGLE, (Note(0.4, 3.0, 60, 100), Note(2.0, 1.0, 60, 100))),))
    assert chip.play(long, Random(0), RATE).shape == (8000,)


def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(ValueError, match="no voice 99"):
        _one(99)
