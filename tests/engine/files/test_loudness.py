from __future__ import annotations

import numpy as np
import pytest

from engine.files.loudness import integrated_loudness, true_peak

RATE = 48_000


def test_a_full_scale_tone_of_997_hz_has_the_loudness_that_the_standard_gives_it() -> None:
    tone = np.sin(2 * np.pi * 997.0 * np.arange(5 * RATE) / RATE)
    assert integrated_loudness(tone, RATE) == pytest.approx(-3.01, abs=0.05)  # BS.1770: 0 dBFS on one channel


def test_silence_has_none() -> None:
    assert integrated_loudness(np.zeros(RATE), RATE) == float("-inf")


def test_peaks_between_samples_count() -> None:
    # A quarter of the rate, an eighth of a turn off: every sample lies 3 dB below the tone's peak.
    tone = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4) * np.hanning(RATE)
    assert np.abs(tone).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert true_peak(tone, RATE) == pytest.approx(1.0, abs=0.01)
    assert true_peak(np.empty(0), RATE) == 0.0


def test_a_peak_between_two_chunks_counts() -> None:
    tone = np.zeros(300_000)
    tone[262_130:262_160] = np.sin(np.pi / 2 * np.arange(30) + np.pi / 4)  # about 2^18
    assert true_peak(tone, RATE) > 0.9 > np.abs(tone).max()
