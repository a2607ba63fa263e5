from __future__ import annotations

import math

import numpy as np
import pytest

from engine.stream.dsp.meter import Meter

RATE = 16_000
FLOOR_DB = -120.0


def test_a_full_scale_sine_reads_peak_0_and_rms_minus_3() -> None:
    meter = Meter(RATE)
    meter.push(np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32))
    reading = meter.reading()
    assert reading.peak == pytest.approx(0.0, abs=0.01)
    assert reading.rms == pytest.approx(10 * math.log10(0.5), abs=0.01)


def test_a_tenth_of_full_scale_reads_minus_20() -> None:
    meter = Meter(RATE)
    meter.push(np.full(RATE, -0.1, dtype=np.float32))
    reading = meter.reading()
    assert (reading.peak, reading.rms) == (pytest.approx(-20.0, abs=0.01), pytest.approx(-20.0, abs=0.01))


def test_silence_reads_the_floor() -> None:
    reading = Meter(RATE).reading()
    assert (reading.peak, reading.rms, reading.clipped) == (FLOOR_DB, FLOOR_DB, False)


def test_the_block_size_changes_nothing() -> None:
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32)
    whole, parts = Meter(RATE), Meter(RATE)
    whole.push(samples)
    for start in range(0, RATE, 100):
        parts.push(samples[start : start + 100])
    assert parts.reading() == whole.reading()


def test_the_peak_is_forgotten_before_the_rms() -> None:
    meter = Meter(RATE)
    meter.push(np.full(RATE, 0.5, dtype=np.float32))
    meter.push(np.zeros(round(0.15 * RATE), dtype=np.float32))
    reading = meter.reading()
    assert reading.peak == FLOOR_DB
    # Half of the 0.3 s window is left: 3.01 dB less than -6.02.
    assert reading.rms == pytest.approx(-9.03, abs=0.02)


def test_full_scale_is_remembered_until_it_is_reset() -> None:
    meter = Meter(RATE)
    meter.push(np.array([0.1, -1.0, 0.1], dtype=np.float32))
    meter.push(np.zeros(RATE, dtype=np.float32))
    assert meter.reading().clipped
    meter.reset_clip()
    assert not meter.reading().clipped


def test_below_full_scale_nothing_clips() -> None:
    meter = Meter(RATE)
    meter.push(np.full(RATE, 0.99, dtype=np.float32))
    assert not meter.reading().clipped


def test_silencing_drops_to_the_floor_at_once() -> None:
    meter = Meter(RATE)
    meter.push(np.full(RATE, 0.5, dtype=np.float32))
    meter.silence()
    assert meter.reading().rms == FLOOR_DB
