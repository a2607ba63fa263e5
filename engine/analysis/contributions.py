"""What each layer contributes to the next sample: its share of the skip sum, seen from what was drawn.

The *drawn value* y of a sample is what the model says for what was drawn: of a softmax the logit of the drawn
code less the mean of all logits (logits have no zero of their own); of continuous distributions the expected
amplitude. With s the skip sum, s = b + Σ_l W_l z_l, the contribution of layer l is

    c_l = (∂y / ∂s) · W_l z_l

The head is linear between the corners of its two ReLUs, and so is y for a softmax and a Gaussian: there
y = rest + Σ_l c_l exactly, where the rest stands for biases and conditions. For a mixture of logistics y is
linearised at its weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.analysis.network import Floats, Given, LayerNetwork
from engine.wavenet.codes import Codes
from engine.wavenet.config import ModelConfig


class Contributions(NamedTuple):
    """Of n samples."""

    shares: Floats
    """[L, n]: c_l of each layer, in the unit of ``drawn``: nats of a logit, or amplitude."""
    drawn: Floats
    """[n]: y."""


def contributions(network: LayerNetwork, codes: Codes, given: Given) -> Contributions:
    """Of ``codes`` [n], drawn from an empty stream on."""
    before = network.before(codes)
    gated = np.stack([layer.z for layer in network.walk(before, given)])
    return shares_of(network, gated, codes, given)


def contributions_at(network: LayerNetwork, taps: Floats, codes: Codes, given: Given) -> Contributions:
    """Of n samples whose layers' inputs are known.

    ``taps`` [L, n, kR]: each layer's input and what it was earlier, oldest first. ``codes`` [n]: what was
    drawn.
    """
    biases = network.layer_biases(given)
    gated = []
    for layer in range(network.config.layers):
        filter_, gate = network.activations(layer, taps[layer], biases[layer], given)
        gated.append(filter_ * gate)
    return shares_of(network, np.stack(gated), codes, given)


def shares_of(network: LayerNetwork, gated: Floats, codes: Codes, given: Given) -> Contributions:
    """Of all layers' gated outputs [L, n, G] before ``codes`` [n] were drawn."""
    weights = network.skip_weights(given)
    skip = network.skip_bias(given) + sum(z @ w.T for z, w in zip(gated, weights, strict=True))
    hidden, outputs = network.head(skip)
    drawn, by_outputs = drawn_value(network.config, outputs, codes)
    slope = skip_slope(network, skip, hidden, by_outputs)
    shares = np.stack([np.sum((slope @ w) * z, axis=1) for z, w in zip(gated, weights, strict=True)])
    return Contributions(shares, drawn)


def skip_slope(network: LayerNetwork, skip: Floats, hidden: Floats, by_outputs: Floats) -> Floats:
    """∂y / ∂s [n, S], from ∂y / ∂outputs [n, config.outputs]."""
    w = network.weights
    back = (by_outputs @ w["output.weight"]) * (hidden > 0.0)
    slope: Floats = ((back @ w["head.weight"]) * (skip > 0.0)).astype(np.float32)
    return slope


def drawn_value(config: ModelConfig, outputs: Floats, codes: Codes) -> tuple[Floats, Floats]:
    """The drawn value y [n] of ``outputs`` [n, config.outputs] and ``codes`` [n]; ∂y / ∂outputs, as wide."""
    by_outputs = np.zeros_like(outputs)
    if config.output == "softmax":
        by_outputs[:] = -1.0 / outputs.shape[1]
        by_outputs[np.arange(len(codes)), codes] += 1.0
        return np.sum(by_outputs * outputs, axis=1), by_outputs
    if config.output == "gaussian":
        by_outputs[:, 0] = 1.0
        return outputs[:, 0].copy(), by_outputs
    count = config.components
    logits, means = outputs[:, :count], outputs[:, count : 2 * count]
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    expected = np.sum(weights * means, axis=1)
    by_outputs[:, :count] = weights * (means - expected[:, None])
    by_outputs[:, count : 2 * count] = weights
    return expected, by_outputs


def relative(shares: Floats) -> Floats:
    """Parts of a whole, [L] float32 that add up to 1, of ``shares`` [L, n]: means of their sizes.

    Zeros where all are.
    """
    sizes = np.abs(shares).mean(axis=1)
    total = float(sizes.sum())
    parts: Floats = (sizes / total if total > 0.0 else sizes).astype(np.float32)
    return parts
