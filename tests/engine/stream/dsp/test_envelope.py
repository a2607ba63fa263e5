from __future__ import annotations

import numpy as np
import pytest

from engine.stream.dsp.envelope import Envelope

RATE = 16_000
BUCKET = 64


@pytest.mark.parametrize("block", [1, 50, 64, 128, 1000, 5000])
def test_every_bucket_holds_the_extremes_of_its_samples(block: int) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, 100 * BUCKET + 13).astype(np.float32)
    envelope = Envelope(RATE)
    for start in range(0, len(samples), block):
        envelope.push(samples[start : start + block])
    low, high, first, *_ = envelope.snapshot()
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
    low, high, first, *_ = envelope.snapshot()
    kept = round(0.5 * RATE / BUCKET)
    assert first == total // BUCKET - kept
    np.testing.assert_array_equal(low, samples[first * BUCKET :: BUCKET])
    np.testing.assert_array_equal(high, samples[first * BUCKET + BUCKET - 1 :: BUCKET])


def test_at_least_ten_seconds_are_kept() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.zeros(60 * RATE, dtype=np.float32))
    assert len(envelope.snapshot().low) * BUCKET >= 10 * RATE


def test_an_empty_envelope_has_no_buckets() -> None:
    low, high, first, *_ = Envelope(RATE).snapshot()
    assert (len(low), len(high), first) == (0, 0, 0)


def test_a_snapshot_stays_as_it_was() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.full(BUCKET, 0.5, dtype=np.float32))
    before = envelope.snapshot()
    envelope.push(np.full(60 * RATE, -0.5, dtype=np.float32))
    assert list(before.high) == [0.5]


@pytest.mark.parametrize("block", [1, 50, 64, 128, 1000])
def test_every_bucket_bears_the_number_and_index_of_its_first_sample(block: int) -> None:
    envelope = Envelope(RATE)
    for request, length in ((1, 1_000), (2, 30), (3, 2_000)):
        for start in range(0, length, block):
            count = min(block, length - start)
            envelope.push(np.zeros(count, np.float32), request, start)
    stamps = [(1, index) for index in range(1_000)]
    stamps += [(2, index) for index in range(30)] + [(3, index) for index in range(2_000)]
    shown = envelope.snapshot()
    assert list(zip(shown.request.tolist(), shown.sample.tolist(), strict=True)) == stamps[: 47 * 64 : 64]


def test_the_origin_is_where_the_newest_sound_began() -> None:
    envelope = Envelope(RATE)
    assert envelope.snapshot().origin(1) is None
    envelope.push(np.zeros(1_000, np.float32), 1, 0)
    assert envelope.snapshot().origin(1) == 0
    assert envelope.snapshot().origin(2) is None
    envelope.push(np.zeros(500, np.float32), 2, 0)
    assert envelope.snapshot().origin(2) == 1_000
    assert envelope.snapshot().origin(1) is None
    envelope.push(np.zeros(500, np.float32), 2, 300)  # 200 samples were played twice
    assert envelope.snapshot().origin(2) == 1_200


def test_the_samples_of_the_last_half_second_are_there_with_their_place() -> None:
    envelope, sound = Envelope(RATE), np.arange(20_000, dtype=np.float32) / 20_000
    envelope.push(sound[:300])
    latest = envelope.latest()
    assert (latest.first, latest.samples.tolist()) == (0, sound[:300].tolist())
    envelope.push(sound[300:])
    latest = envelope.latest()
    assert len(latest.samples) >= RATE // 2
    assert latest.first + len(latest.samples) == 20_000
    np.testing.assert_array_equal(latest.samples, sound[latest.first :])


def test_what_was_taken_back_is_not_among_them() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.full(1_000, 0.5, np.float32))
    envelope.take_back(400)
    envelope.push(np.full(10, 0.25, np.float32))
    latest = envelope.latest()
    assert latest.samples[-11:].tolist() == [0.5, *[0.25] * 10]
    assert latest.first + len(latest.samples) == 610
