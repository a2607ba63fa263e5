from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.kernels.simd import LANES, operation
from engine.kernels.simd_values import copy, exponentials, gated_unit, quantise, reach, rectify


@operation
def units(typingctx: Any, a: Any, half_b: Any, h: Any, width: Any) -> Any:
    """h = gated_unit(a, half_b), all float32 [width]."""
    from numba.core import types

    from engine.kernels.simd import Pointer, steps

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        first, second, out = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in range(3))
        with steps(builder, args[3], LANES) as i:
            (out + i).store(gated_unit((first + i).load(), (second + i).load(), 1.0))
        return context.get_dummy_value()

    return types.void(a, half_b, h, types.intp), codegen


@njit
def run_units(a: Any, half_b: Any, h: Any) -> None:
    units(a, half_b, h, len(a))


@njit
def run_quantise(x: Any, q: Any) -> Any:
    return quantise(x, 0, q, 0, len(x))


@njit
def run_rectify(x: Any) -> None:
    rectify(x, 0, len(x))


@njit
def run_copy(x: Any, x_at: Any, y: Any, y_at: Any, n: Any) -> None:
    copy(x, x_at, y, y_at, n)


@njit
def run_exponentials(logits: Any, temperature: Any, weights: Any) -> None:
    exponentials(logits, 0, temperature, weights, len(logits))


@njit
def run_reach(weights: Any, threshold: Any) -> Any:
    return reach(weights, np.int32(threshold), len(weights))


def test_a_gated_unit_is_tanh_times_sigmoid_within_three_millionths() -> None:
    a, b = np.meshgrid(np.linspace(-20, 20, 1024), np.linspace(-40, 40, 129))
    h = np.empty(a.size, np.float32)
    run_units(a.ravel().astype(np.float32), (b.ravel() / 2).astype(np.float32), h)
    expected = np.tanh(a.ravel().astype(np.float32).astype(float)) / (1 + np.exp(-b.ravel()))
    assert np.abs(h - expected).max() < 3e-6
    assert np.abs(h).max() <= 1.0


def test_a_gated_unit_of_nan_is_nan() -> None:
    a, b = np.zeros(16, np.float32), np.zeros(16, np.float32)
    a[3], b[9] = np.nan, np.nan
    h = np.empty(16, np.float32)
    run_units(a, b, h)
    assert np.flatnonzero(np.isnan(h)).tolist() == [3, 9]


@pytest.mark.parametrize("size", [1e-25, 1e-3, 1.0, 3.999, 4.0, 1e20])
def test_quantised_values_come_back_within_half_a_unit(size: float) -> None:
    x = (np.random.default_rng(0).uniform(-size, size, 64)).astype(np.float32)
    x[5] = size
    q = np.empty(64, np.int16)
    unit = run_quantise(x, q)
    assert np.abs(q).max() >= 2**14 - 1
    assert np.abs(q * float(unit) - x).max() <= unit * (1.0 if q.max() == 32767 else 0.5)


def test_float32_values_pass_as_they_are() -> None:
    x = np.random.default_rng(0).normal(size=64).astype(np.float32)
    q = np.empty(64, np.float32)
    assert run_quantise(x, q) == 1.0
    assert np.array_equal(x, q)


def test_silence_quantises_to_zeros() -> None:
    q = np.ones(16, np.int16)
    assert np.isfinite(run_quantise(np.zeros(16, np.float32), q))
    assert not q.any()


@pytest.mark.parametrize("kind", [np.int16, np.float32])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_vector_that_is_not_finite_or_far_too_large_has_no_unit(kind: type, bad: float) -> None:
    for place in (0, 7, 63):
        x = np.ones(64, np.float32)
        x[place] = bad
        assert np.isnan(run_quantise(x, np.empty(64, kind)))


def test_rectifying_keeps_what_is_positive_and_nan() -> None:
    x = np.arange(-8, 8, dtype=np.float32)
    x[0] = np.nan
    run_rectify(x)
    assert np.isnan(x[0])
    assert x[1:].tolist() == [0.0] * 8 + list(range(1, 8))


@pytest.mark.parametrize("n", [0, 3, 8, 20, 64])
def test_copying_touches_nothing_beside(n: int) -> None:
    x, y = np.arange(100, dtype=np.float32), np.full(100, -1, np.float32)
    run_copy(x, 5, y, 7, n)
    expected = np.full(100, -1, np.float32)
    expected[7 : 7 + n] = x[5 : 5 + n]
    assert np.array_equal(y, expected)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_exponentials_are_shares_of_the_largest_in_parts_of_two_to_the_thirtieth(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 5, 256).astype(np.float32)
    weights = np.empty(256, np.int32)
    run_exponentials(logits, np.float32(temperature), weights)
    expected = 2.0**30 * np.exp((logits.astype(float) - logits.max()) / np.float32(temperature))
    assert weights.max() == 2**30
    assert (np.abs(weights - expected) <= 1.0 + 3e-6 * expected).all()


def test_reach_counts_and_adds_what_is_at_least_the_threshold() -> None:
    weights = np.random.default_rng(0).integers(0, 2**30 + 1, 256).astype(np.int32)
    weights[:3] = 2**30
    for threshold in (0, 1, int(weights[40]), 2**29, 2**30):
        kept = weights[weights >= threshold].astype(np.int64)
        assert run_reach(weights, threshold) == (len(kept), kept.sum())
