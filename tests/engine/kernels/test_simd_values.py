from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.kernels.processor import LANES
from engine.kernels.simd import operation
from engine.kernels.simd_values import all_finite, copy, gated_unit, quantise, quantise_rectified


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
def run_quantise_64(x: Any, q: Any) -> Any:
    return quantise(x, 0, q, 0, 64)  # a width that is known when this is compiled


@njit
def run_quantise_rectified(x: Any, q: Any) -> Any:
    return quantise_rectified(x, 0, q, 0, len(x))


@njit
def run_all_finite(x: Any, at: Any, width: Any) -> Any:
    return all_finite(x, at, width)


@njit
def run_copy(x: Any, x_at: Any, y: Any, y_at: Any, n: Any) -> None:
    copy(x, x_at, y, y_at, n)


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


@pytest.mark.parametrize("size", [1e-35, 1e-3, 1.0, 3.999, 4.0, 1e20])
def test_code_for_a_known_width_quantises_alike(size: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        x = rng.uniform(-size, size, 64).astype(np.float32)
        x[:8] = np.float32(size) * np.array(
            [1, -1, 0, 0.5, 2.0**-15, 3 * 2.0**-16, -(2.0**-16), 1], np.float32
        )
        one, other = np.empty(64, np.int16), np.empty(64, np.int16)
        assert run_quantise(x, one) == run_quantise_64(x, other)
        assert np.array_equal(one, other)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_code_for_a_known_width_tells_what_is_not_finite(bad: float) -> None:
    for place in (0, 7, 63):
        x = np.ones(64, np.float32)
        x[place] = bad
        assert np.isnan(run_quantise_64(x, np.empty(64, np.int16)))


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_what_is_rectified_first_has_zeros_below_zero(kind: type) -> None:
    x = np.random.default_rng(0).normal(size=64).astype(np.float32)
    x[5] = -9.0  # the largest, but for its sign
    q, expected = np.empty(64, kind), np.empty(64, kind)
    assert run_quantise_rectified(x, q) == run_quantise(np.maximum(x, 0), expected)
    assert np.array_equal(q, expected)
    x[9] = np.nan
    assert np.isnan(run_quantise_rectified(x, q))


def test_values_are_all_finite_unless_one_of_those_asked_for_is_not() -> None:
    x = np.full(64, 3e38, np.float32)
    x[[15, 48]] = np.nan, -np.inf
    assert run_all_finite(x, 16, 32)
    assert not run_all_finite(x, 0, 32)
    assert not run_all_finite(x, 32, 32)


@pytest.mark.parametrize("n", [0, 3, 8, 20, 64])
def test_copying_touches_nothing_beside(n: int) -> None:
    x, y = np.arange(100, dtype=np.float32), np.full(100, -1, np.float32)
    run_copy(x, 5, y, 7, n)
    expected = np.full(100, -1, np.float32)
    expected[7 : 7 + n] = x[5 : 5 + n]
    assert np.array_equal(y, expected)
