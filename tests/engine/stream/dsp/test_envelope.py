from __future__ import annotations

import numpy as np
import pytest

from engine.stream.dsp.envelope import BUCKET, Envelope

RATE = 16_000


@pytest.mark.parametrize("block", [1, 50, 64, 128, 1000, 5000])
def test_every_bucket_holds_the_extremes_of_its_samples(block: int) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, 100 * BUCKET + 13).astype(np.float32)
    envelope = Envelope(RATE)
    for start in range(0, len(samples), block):
        envelope.push(samples[start : start + block])
    low, high, first = envelope.snapshot()
    assert first == 0
    for index in range(100):
        bucket = samples[index * BUCKET : (index + 1) * BUCKET]
        assert low[index] == min(bucket)
        assert high[index] == max(bucket)
    assert len(low) == len(high) == 100


@pytest.mark.parametrize("block", [BUCKET, 128, 1000, 40_000])
def test_old_buckets_give_way_and_are_counted(block: int) -> None:
    total = 2 * RATE
    samples = np.arange(total, dtype=np.float32)
    envelope = Envelope(RATE, seconds=0.5)
    for start in range(0, total, block):
        envelope.push(samples[start : start + block])
    low, high, first = envelope.snapshot()
    kept = round(0.5 * RATE / BUCKET)
    assert first == total // BUCKET - kept
    np.testing.assert_array_equal(low, samples[first * BUCKET :: BUCKET])
    np.testing.assert_array_equal(high, samples[first * BUCKET + BUCKET - 1 :: BUCKET])


def test_at_least_ten_seconds_are_kept() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.zeros(60 * RATE, dtype=np.float32))
    assert len(envelope.snapshot().low) * BUCKET >= 10 * RATE


def test_an_empty_envelope_has_no_buckets() -> None:
    low, high, first = Envelope(RATE).snapshot()
    assert (len(low), len(high), first) == (0, 0, 0)


def test_a_snapshot_stays_as_it_was() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.full(BUCKET, 0.5, dtype=np.float32))
    before = envelope.snapshot()
    envelope.push(np.full(60 * RATE, -0.5, dtype=np.float32))
    assert list(before.high) == [0.5]
