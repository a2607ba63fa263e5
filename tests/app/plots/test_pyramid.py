"""The pyramid against the lowest and highest sample, looked for directly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plots import pyramid as module
from app.plots.pyramid import Pyramid

N = 64 * 1_000


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    return np.random.default_rng(5).uniform(-1.0, 1.0, N).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.integers(1, 60), st.sampled_from([1, 4, 16, 64]))
def test_columns_hold_the_extremes_of_their_samples(first: int, n: int, buckets: int) -> None:
    sound = np.random.default_rng(5).uniform(-1.0, 1.0, N).astype(np.float32)
    whole = Pyramid.of(sound)
    step = 64 * buckets
    start = first * 64 // step * step
    edges = start + np.arange(n + 1) * float(step)
    low, high, there = whole.extremes(edges)
    for column in range(n):
        part = sound[int(edges[column]) : int(edges[column + 1])]
        assert there[column] == bool(len(part))
        if len(part):
            assert low[column] == pytest.approx(part.min(), abs=1e-4)
            assert high[column] == pytest.approx(part.max(), abs=1e-4)


def test_what_is_written_again_overwrites_at_every_zoom(samples: np.ndarray) -> None:
    taken_back = Pyramid.of(samples)
    silence = np.zeros(10, np.float32)
    taken_back.write(200, silence, silence)
    for step in (64.0, 640.0):
        low, high, _ = taken_back.extremes(200 * 64 + np.arange(2) * step)
        assert (low[0], high[0]) == (0.0, 0.0)


def test_pieces_in_any_order_are_the_whole(samples: np.ndarray) -> None:
    buckets = samples.reshape(-1, 64)
    low, high = buckets.min(axis=1), buckets.max(axis=1)
    pieces = Pyramid()
    for first in (600, 0, 300):
        last = {600: 1_000, 0: 300, 300: 600}[first]
        pieces.write(first, low[first:last], high[first:last])
    edges = np.linspace(0.0, N, 251)
    for one, other in zip(pieces.extremes(edges), Pyramid.of(samples).extremes(edges), strict=True):
        np.testing.assert_array_equal(one, other)


def test_memory_stays_bounded_and_the_picture_right(
    samples: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 128)
    buckets = samples.reshape(-1, 64)
    small = Pyramid()
    for first in range(0, 1_000, 7):
        part = buckets[first : first + 7]
        small.write(first, part.min(axis=1), part.max(axis=1))
    assert small.bucket == 512  # 125 of them hold 64,000 samples
    assert small.samples == N
    low, high, _ = small.extremes(np.array([0.0, 512.0 * 16, 512.0 * 32]))
    assert low[1] == pytest.approx(samples[512 * 16 : 512 * 32].min(), abs=1e-4)
    assert high[1] == pytest.approx(samples[512 * 16 : 512 * 32].max(), abs=1e-4)


def test_an_empty_one_has_nothing() -> None:
    _, _, there = Pyramid().extremes(np.arange(5.0))
    assert not there.any()


def test_a_view_that_begins_before_zero_finds_nothing_there_and_nothing_in_an_empty_one() -> None:
    edges = np.array([-300.0, -100.0, 100.0, 300.0])
    assert not Pyramid().extremes(edges)[2].any()
    _, high, there = Pyramid.of(np.full(6400, 0.5, np.float32)).extremes(edges)
    assert there.tolist() == [False, True, True]
    np.testing.assert_allclose(high, [0.0, 0.5, 0.5], atol=1e-4)
