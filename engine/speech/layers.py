"""The layers of the speech nets in NumPy: [T, width] in, [T, width] out, float32."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import Floats

EPSILON = 1e-5
"""Added to a variance, as torch's LayerNorm does."""

Weights = Mapping[str, Floats]


def linear(weights: Weights, name: str, x: Floats) -> Floats:
    """``x`` [T, I] times a matrix [O, I], and a bias: [T, O]."""
    y: Floats = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return y


def normalised(weights: Weights, name: str, x: Floats) -> Floats:
    """Each row of ``x`` with mean 0 and deviation 1, then scaled and moved."""
    centred = x - x.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + np.float32(EPSILON))
    y: Floats = centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return y


def depthwise(weights: Weights, name: str, x: Floats) -> Floats:
    """Each column of ``x`` [T, C] under its own filter [C, 1, taps], zeros around it."""
    filters = weights[f"{name}.weight"][:, 0]
    taps = filters.shape[1]
    padded = np.pad(x, ((taps // 2, taps // 2), (0, 0)))
    y: Floats = np.broadcast_to(weights[f"{name}.bias"], x.shape).copy()
    for tap in range(taps):
        y += padded[tap : tap + len(x)] * filters[:, tap]
    return y


def block(weights: Weights, name: str, x: Floats) -> Floats:
    """A ConvNeXt block (Liu et al. 2022): what its filters and matrices find is added to ``x``."""
    y = normalised(weights, f"{name}.norm", depthwise(weights, f"{name}.depthwise", x))
    inside = np.maximum(linear(weights, f"{name}.expand", y), np.float32(0.0))
    result: Floats = x + linear(weights, f"{name}.contract", inside)
    return result


def encoded(weights: Weights, name: str, tokens: NDArray[np.int64], speaker: Floats, blocks: int) -> Floats:
    """[T, width]: states of tokens [T, columns], said by ``speaker``, its vector."""
    x = np.repeat(linear(weights, f"{name}.speaker", speaker[None]), len(tokens), axis=0)
    for column in range(tokens.shape[1]):
        x = x + weights[f"{name}.embeddings.{column}.weight"][tokens[:, column]]
    for index in range(blocks):
        x = block(weights, f"{name}.blocks.{index}", x)
    return x


def framed(weights: Weights, name: str, states: Floats, inputs: Floats, blocks: int) -> Floats:
    """[G, outputs] of the state of each frame's token [G, width] and what the frame itself is told."""
    x: Floats = states + linear(weights, f"{name}.inputs", inputs)
    for index in range(blocks):
        x = block(weights, f"{name}.blocks.{index}", x)
    return linear(weights, f"{name}.outputs", normalised(weights, f"{name}.norm", x))


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^-x), which neither end overflows."""
    y: Floats = 0.5 * (1.0 + np.tanh(0.5 * x))
    return y
