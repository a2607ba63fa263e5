"""One draw from the predicted distribution, compiled: the rules of distributions and philox, sums exact."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint64

from engine.kernels.jit import njit_part
from engine.kernels.simd_draw import RUN, WHOLE, exponentials, reach, run_sums
from engine.wavenet import philox
from engine.wavenet.mulaw import LEVELS

DRAW_BITS = 24
WORD, HALF = uint64(philox.WORD), uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = uint64(philox.MULTIPLIER_0), uint64(philox.MULTIPLIER_1)
WEYL_0, WEYL_1 = uint64(philox.WEYL_0), uint64(philox.WEYL_1)


@njit_part
def philox_words(seed: Any, index: Any) -> Any:
    """The four words, as uint64, of Philox4x32-10 at counter ``index`` under key ``seed`` (both uint64)."""
    c0, c1, c2, c3 = index & WORD, index >> HALF, uint64(0), uint64(0)
    k0, k1 = seed & WORD, seed >> HALF
    for _ in range(philox.ROUNDS):
        p0, p1 = MULTIPLIER_0 * c0, MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (p1 >> HALF) ^ c1 ^ k0, p1 & WORD, (p0 >> HALF) ^ c3 ^ k1, p0 & WORD
        k0, k1 = (k0 + WEYL_0) & WORD, (k1 + WEYL_1) & WORD
    return c0, c1, c2, c3


@njit_part
def draw(
    logits: Any, at: Any, temperature: Any, top_k: Any, top_p: Any, word: Any, weights: Any, sums: Any
) -> Any:
    """The code drawn from ``logits[at : at + 256]`` by the random ``word`` (uint64 below 2^32).

    temperature ≥ 0 (0: the first of the largest), top_k 0…256 (0: all), 0 < top_p ≤ 1.
    ``weights`` int32 [256] and ``sums`` int64 [256 / RUN] are scratch.
    """
    if temperature == 0.0:
        best = 0
        for code in range(1, LEVELS):
            if logits[at + code] > logits[at + best]:
                best = code
        return best
    exponentials(logits, at, temperature, weights, LEVELS)
    if 0 < top_k < LEVELS:
        _keep(weights, top_k, True)
    if top_p < 1.0:
        _keep(weights, np.int64(np.ceil(top_p * reach(weights, 0, LEVELS)[1])), False)
    return _find(weights, sums, np.int64(word >> uint64(32 - DRAW_BITS)))


@njit_part
def _find(weights: Any, sums: Any, word: Any) -> Any:
    """The code whose share of the summed weights holds ``word`` / 2^24."""
    run_sums(weights, sums, LEVELS)
    total = np.int64(0)
    for run in range(LEVELS // RUN):
        total += sums[run]
    left = (word * total) >> DRAW_BITS
    # Counted, not searched: a branch that nobody can foresee costs more than all of this.
    first, before, reached = 0, np.int64(0), np.int64(0)
    for run in range(LEVELS // RUN - 1):
        reached += sums[run]
        passed = reached <= left
        first += RUN if passed else 0
        before = reached if passed else before
    code, reached = first, before
    for place in range(RUN - 1):
        reached += weights[first + place]
        code += 1 if reached <= left else 0
    return code


@njit_part
def _keep(weights: Any, wanted: Any, counting: Any) -> None:
    """Zero all but the largest whose number (``counting``) or sum first reaches ``wanted``.

    Of equal ones the lower codes are kept. Halves the range in which the smallest one kept must lie,
    until it holds one weight.
    """
    low, high = np.int32(0), np.int32(WHOLE + 1)
    low_count, low_sum = reach(weights, low, LEVELS)
    high_count, high_sum = np.int64(0), np.int64(0)
    while high - low > 1 and low_count - high_count > 1:
        middle = np.int32((low + high) // 2)
        count, total = reach(weights, middle, LEVELS)
        if (count if counting else total) >= wanted:
            low, low_count, low_sum = middle, count, total
        else:
            high, high_count, high_sum = middle, count, total
    smallest = np.int32(low_sum - high_sum) if low_count - high_count == 1 else low
    reached = high_count if counting else high_sum
    for code in range(LEVELS):
        if weights[code] < smallest:
            weights[code] = 0
        elif weights[code] == smallest:
            if reached >= wanted:
                weights[code] = 0
            reached += 1 if counting else smallest
