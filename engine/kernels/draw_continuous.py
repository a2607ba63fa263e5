"""One draw of a 16-bit sample from a mixture of logistics or a Gaussian, compiled: continuous' rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.kernels.jit import njit_part

WORD_RANGE = 2.0**32
LOWEST, HIGHEST = -32768, 32767
FULL_SCALE = 32768.0


@njit_part
def draw_logistic(
    out: Any,
    at: Any,
    components: Any,
    log_scale_min: Any,
    temperature: Any,
    top_k: Any,
    top_p: Any,
    words: Any,
    shares: Any,
) -> Any:
    """The code drawn from ``out[at:]``: ``components`` logits, then means, then log scales.

    ``shares`` float64 [components] is scratch.
    """
    if temperature == 0.0:
        best = 0
        for i in range(1, components):
            if out[at + i] > out[at + best]:
                best = i
        return to_code(float(out[at + components + best]))
    _shape(out, at, components, temperature, top_k, top_p, shares)
    chosen = _find(shares, components, float(words[0]) / WORD_RANGE)
    mean = float(out[at + components + chosen])
    scale = math.exp(max(float(out[at + 2 * components + chosen]), log_scale_min))
    u = (float(words[1]) + 0.5) / WORD_RANGE
    return to_code(mean + temperature * scale * (math.log(u) - math.log(1.0 - u)))


@njit_part
def draw_gaussian(out: Any, at: Any, log_scale_min: Any, temperature: Any, words: Any) -> Any:
    """The code drawn from ``out[at:]``: mean and log scale. Box and Muller's transform."""
    if temperature == 0.0:
        return to_code(float(out[at]))
    scale = math.exp(max(float(out[at + 1]), log_scale_min))
    radius = math.sqrt(-2.0 * math.log((float(words[1]) + 0.5) / WORD_RANGE))
    angle = 2.0 * math.pi * float(words[2]) / WORD_RANGE
    return to_code(float(out[at]) + temperature * scale * radius * math.cos(angle))


@njit_part
def to_code(x: Any) -> Any:
    """The nearest 16-bit code of an amplitude (ties to even), within the codes there are."""
    return np.int64(min(max(np.rint(x * FULL_SCALE), float(LOWEST)), float(HIGHEST)))


@njit_part
def _shape(out: Any, at: Any, components: Any, temperature: Any, top_k: Any, top_p: Any, shares: Any) -> None:
    """Weights of the components after temperature, then top-k, then top-p; those dropped are 0."""
    peak = float(out[at])
    for i in range(1, components):
        peak = max(peak, float(out[at + i]))
    for i in range(components):
        shares[i] = math.exp((float(out[at + i]) - peak) / temperature)
    keep = components
    if 0 < top_k < keep:
        keep = top_k
    if keep == components and top_p >= 1.0:
        return
    total = 0.0
    for _ in range(keep):
        total += _take_largest(shares, components)
    for i in range(components):
        shares[i] = abs(shares[i])
    reached = 0.0
    for _ in range(keep):
        reached += _take_largest(shares, components)
        if reached >= top_p * total:
            break
    for i in range(components):
        shares[i] = max(-shares[i], 0.0)


@njit_part
def _take_largest(shares: Any, components: Any) -> Any:
    """The largest share that is not taken yet; it is taken, which its sign says, if it is not 0."""
    best = -1
    for i in range(components):
        if shares[i] >= 0.0 and (best < 0 or shares[i] > shares[best]):
            best = i
    share = shares[best]
    shares[best] = -share
    return share


@njit_part
def _find(shares: Any, components: Any, uniform: Any) -> Any:
    """The component whose share of the sum holds ``uniform`` in [0, 1)."""
    total = 0.0
    for i in range(components):
        total += shares[i]
    left, last = uniform * total, 0
    for i in range(components):
        if shares[i] > 0.0:
            if left < shares[i]:
                return i
            left -= shares[i]
            last = i
    return last
