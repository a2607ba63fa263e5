"""How far back a model looks: the gradient of the drawn value with respect to each earlier sample.

    r[k] = ∂y[t] / ∂a[t - k],  k = 1 … receptive field

y is the drawn value (see ``contributions``), a the amplitude of the samples as the model works on them. A
mu-law code has no slope; that of its embedding is taken between its neighbours,
(e[c + 1] - e[c - 1]) / (a[c + 1] - a[c - 1]).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.analysis.contributions import drawn_value, skip_slope
from engine.analysis.network import Floats, Given, LayerNetwork
from engine.wavenet import mulaw
from engine.wavenet.codes import Codes, as_inputs


def reach(
    network: LayerNetwork,
    codes: Codes,
    at: int,
    given: Given,
    go_on: Callable[[], object] = lambda: None,
) -> Floats:
    """r[1], r[2] … [min(receptive field, at)] of sample ``at`` ≥ 1 of ``codes`` [n], from an empty stream on.

    Samples earlier than the receptive field are left out, and count as none. ``given.local`` is that of the
    samples from ``max(0, at - receptive field)`` to ``at``. ``go_on`` is called for each layer, twice, and
    may raise what ends it. Raises ValueError where ``at`` is none of them.
    """
    if not 1 <= at < len(codes):
        raise ValueError(f"sample {at} is none of 1…{len(codes) - 1}")
    first = max(0, at - network.config.receptive_field)
    before = network.before(codes[: at + 1])[first:]
    inputs, gated = [], []
    for layer in network.walk(before, given):
        inputs.append(layer.x)
        gated.append(layer.z[-1:])
        go_on()
    weights = network.skip_weights(given)
    skip = network.skip_bias(given) + sum(z @ w.T for z, w in zip(gated, weights, strict=True))
    hidden, outputs = network.head(skip)
    _, by_outputs = drawn_value(network.config, outputs, codes[at : at + 1])
    slope = skip_slope(network, skip, hidden, by_outputs)
    by_input = _back(network, inputs, slope, given, go_on)
    by_sample: Floats = np.sum(by_input * _slopes(network, before), axis=1)
    return by_sample[::-1][: min(at, network.config.receptive_field)]


def _back(
    network: LayerNetwork,
    inputs: list[Floats],
    slope: Floats,
    given: Given,
    go_on: Callable[[], object],
) -> Floats:
    """∂y / ∂ the first layer's input, [n, R]; ``slope`` [1, S] is ∂y / ∂s of the last sample."""
    n, biases, weights = len(inputs[0]), network.layer_biases(given), network.skip_weights(given)
    scale = np.float32(network.config.residual_scale)
    onward = np.zeros_like(inputs[0])  # ∂y / ∂ the next layer's input
    rows = np.array([n - 1])  # where that is not 0, or the skip sum is looked at
    for layer in range(network.config.layers - 1, -1, -1):
        w, name = network.weights, f"layers.{layer}."
        taps = network.taps(layer, inputs[layer])[rows]
        filter_, gate = network.activations(layer, taps, biases[layer], _at(given, rows))
        by_z = (onward[rows] * scale) @ w[name + "residual.weight"]
        by_z[-1] += slope[0] @ weights[layer]
        by_a = np.concatenate(
            [by_z * gate * (1.0 - filter_**2), by_z * filter_ * gate * (1.0 - gate)], axis=1
        )
        by_taps = np.split(by_a @ w[name + "dilated.weight"], network.config.kernel_size, axis=1)
        onward = onward * scale
        reached = [rows]
        for back, part in enumerate(reversed(by_taps)):
            earlier = rows - back * network.config.dilations[layer]
            inside = earlier >= 0
            onward[earlier[inside]] += part[inside]
            reached.append(earlier[inside])
        rows = np.unique(np.concatenate(reached))
        go_on()
    return onward


def _at(given: Given, rows: NDArray[np.int64]) -> Given:
    """What is given at some of the samples."""
    return given if given.local is None else given._replace(local=given.local.at(rows))


def _slopes(network: LayerNetwork, codes: Codes) -> Floats:
    """[n, R]: ∂x / ∂a of the first layer's input at ``codes`` [n]."""
    if network.config.input == "scalar" and codes.dtype != np.uint8:
        return np.broadcast_to(
            network.weights["input.weight"][:, 0], (len(codes), network.config.residual_channels)
        )
    levels = np.arange(mulaw.LEVELS)
    below, above = np.maximum(levels - 1, 0), np.minimum(levels + 1, mulaw.LEVELS - 1)
    table = network.embed(levels.astype(np.uint8))
    rise = (mulaw.DECODED[above] - mulaw.DECODED[below])[:, None]
    slopes: Floats = ((table[above] - table[below]) / rise).astype(np.float32)
    level = codes if codes.dtype == np.uint8 else as_inputs(network.config, codes)
    return slopes[level]
