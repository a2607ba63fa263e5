from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.readers.level import Kind, levelled

RATE = 16_000
TIME = np.arange(2 * RATE) / RATE


@pytest.mark.parametrize(("kind", "rms"), [("music", 0.1), ("speech", 10 ** (-23 / 20))])
@pytest.mark.parametrize("amplitude", [0.01, 1.0])
def test_a_997_hz_sine_has_the_level_that_bs_1770_says(kind: Kind, rms: float, amplitude: float) -> None:
    # ITU-R BS.1770: a 997 Hz sine of 0 dBFS, RMS -3.01 dB, measures -3.01 LKFS: LKFS are its RMS in dB.
    samples = levelled((amplitude * np.sin(2 * np.pi * 997 * TIME)).astype(np.float32), RATE, kind)
    assert samples is not None
    assert samples.dtype == np.float32
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(rms, rel=0.01)


def test_peaks_stay_below_clipping_without_a_change_of_shape() -> None:
    clicks = np.zeros(2 * RATE, np.float32)
    clicks[::4000] = 0.2
    samples = levelled(clicks, RATE, "music")
    assert samples is not None
    assert np.abs(samples).max() == pytest.approx(0.95)
    centred = clicks - clicks.mean()
    assert samples / samples[0] == pytest.approx(centred / centred[0], abs=1e-6)


def test_a_constant_offset_is_taken_away() -> None:
    samples = levelled((0.3 + 0.1 * np.sin(2 * np.pi * 500 * TIME)).astype(np.float32), RATE, "music")
    assert samples is not None
    assert abs(float(samples.mean())) < 1e-6


@pytest.mark.parametrize(("amplitude", "expected"), [(0.2, 0.2), (1.6, 0.95)])
def test_less_than_a_gating_block_keeps_its_level_unless_it_would_clip(
    amplitude: float, expected: float
) -> None:
    short = amplitude * np.sin(2 * np.pi * 500 * TIME[: RATE // 5])
    samples = levelled(short.astype(np.float32), RATE, "speech")
    assert samples is not None
    assert np.abs(samples).max() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("length", [1000, 20_000])
@pytest.mark.parametrize("amplitude", [0.0, 0.0005])
def test_silence_has_no_level(length: int, amplitude: float) -> None:
    faint = amplitude * np.sin(2 * np.pi * 500 * TIME[:length])
    assert levelled(faint.astype(np.float32), RATE, "music") is None


def test_a_lone_click_in_silence_passes_no_gate_and_is_silence() -> None:
    samples = np.zeros(2 * RATE, np.float32)
    samples[5] = 0.002
    assert levelled(samples, RATE, "music") is None
