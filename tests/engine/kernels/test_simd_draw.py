from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.kernels.simd_draw import exponentials, reach, run_sums


@njit
def run_exponentials(logits: Any, temperature: Any, weights: Any) -> None:
    exponentials(logits, 0, temperature, weights, len(logits))


@njit
def run_reach(weights: Any, threshold: Any) -> Any:
    return reach(weights, np.int32(threshold), len(weights))


@njit
def run_run_sums(weights: Any, sums: Any) -> None:
    run_sums(weights, sums, len(weights))


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


def test_runs_of_sixteen_weights_are_summed_exactly() -> None:
    weights = np.random.default_rng(0).integers(0, 2**30 + 1, 256).astype(np.int32)
    weights[32:48] = 2**30
    sums = np.empty(16, np.int64)
    run_run_sums(weights, sums)
    assert sums.tolist() == weights.reshape(16, 16).astype(np.int64).sum(axis=1).tolist()
