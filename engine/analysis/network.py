"""A model's layers in NumPy, open to be looked into: every layer's input and gated output.

n samples; L layers, k taps; R residual, G gate, S skip channels. All float32. The same equations as in
``network.model`` and ``kernels.reference``, against which tests hold them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.wavenet.codes import Codes, as_inputs, silence
from engine.wavenet.conditions import LocalRows
from engine.wavenet.model_file import ModelFile

Floats = NDArray[np.float32]


class Given(NamedTuple):
    """What a model is given beside its samples."""

    features: Floats
    """[global_channels]: ``conditioning.condition_inputs``."""
    local: LocalRows | None = None
    """Of the samples that are looked at; None for zeros."""
    muted: frozenset[int] = frozenset()
    """Layers whose gate is shut: they give zeros."""
    unskipped: frozenset[int] = frozenset()
    """Layers that give nothing to the skip sum alone."""


class LayerOutput(NamedTuple):
    """One layer's share of n samples."""

    number: int
    """From 0."""
    x: Floats
    """[n, R]: its input."""
    z: Floats
    """[n, G]: its gated output, from which residual and skip are made."""


class LayerNetwork:
    """The stack of one model; it keeps no state."""

    def __init__(self, model: ModelFile) -> None:
        """Raises StudioError where the model has context stacks, which are not looked into."""
        if model.config.contexts:
            raise StudioError(
                f"model {model.header.name!r} has context stacks, which cannot be looked into; take another"
            )
        self.config = model.config
        self.weights = model.weights

    def embed(self, codes: Codes) -> Floats:
        """The first layer's input [n, R] for ``codes`` [n]: each sample that came before."""
        w, values = self.weights, as_inputs(self.config, codes)
        if self.config.input == "embedding":
            return w["embedding.weight"][values]
        x: Floats = values[:, None].astype(np.float32) * w["input.weight"][:, 0] + w["input.bias"]
        return x

    def before(self, codes: Codes) -> Codes:
        """For each of ``codes`` [n], drawn from an empty stream on, the sample before it: [n]."""
        first = np.full(1, silence(self.config), codes.dtype)
        return np.concatenate([first, codes[:-1]])

    def layer_biases(self, given: Given) -> Floats:
        """[L, 2G]: each layer's biases, with what the global condition adds to them."""
        w, layers = self.weights, range(self.config.layers)
        biases = np.stack([w[f"layers.{i}.dilated.bias"] for i in layers])
        if self.config.conditioned:
            condition = w["condition.weight"] @ given.features
            biases = biases + np.stack([w[f"layers.{i}.condition.weight"] @ condition for i in layers])
        return biases

    def skip_bias(self, given: Given) -> Floats:
        """[S]: what is in the skip sum beside the layers' shares."""
        w = self.weights
        bias: Floats = w["skip.bias"] * np.float32(self.config.skip_scale)
        if self.config.conditioned:
            bias = bias + w["skip_condition.weight"] @ (w["condition.weight"] @ given.features)
        return bias

    def skip_weight(self, layer: int) -> Floats:
        """[S, G]: what makes a layer's share of the skip sum of its gated output."""
        gate = self.config.gate_channels
        share: Floats = self.weights["skip.weight"][:, layer * gate : (layer + 1) * gate]
        return share * np.float32(self.config.skip_scale)

    def skip_weights(self, given: Given) -> list[Floats]:
        """``skip_weight`` of each layer, zeros where the skip sum goes without it."""
        weights = [self.skip_weight(layer) for layer in range(self.config.layers)]
        return [
            np.zeros_like(weight) if layer in given.unskipped else weight
            for layer, weight in enumerate(weights)
        ]

    def taps(self, layer: int, x: Floats) -> Floats:
        """[n, kR]: a layer's input ``x`` [n, R] beside what it was earlier, oldest first; zeros before 0."""
        dilation, n = self.config.dilations[layer], len(x)
        parts = []
        for back in range(self.config.kernel_size - 1, -1, -1):
            delay = min(back * dilation, n)
            parts.append(np.concatenate([np.zeros((delay, x.shape[1]), np.float32), x[: n - delay]]))
        return np.concatenate(parts, axis=1)

    def activations(self, layer: int, taps: Floats, bias: Floats, given: Given) -> tuple[Floats, Floats]:
        """The filter's tanh and the gate's sigmoid, [n, G] each, of ``taps`` [n, kR] and ``bias`` [2G]."""
        a = taps @ self.weights[f"layers.{layer}.dilated.weight"].T + bias
        if given.local is not None:
            local, weight = given.local, self.weights[f"layers.{layer}.local.weight"]
            rows = local.rows @ weight.T
            after = rows[np.minimum(local.index + 1, len(rows) - 1)]
            mix = local.mix[:, None]
            a += rows[local.index] * (1 - mix) + after * mix
        gate = self.config.gate_channels
        opened = (
            np.zeros_like(a[:, gate:]) if layer in given.muted else 0.5 * np.tanh(0.5 * a[:, gate:]) + 0.5
        )
        return np.tanh(a[:, :gate]), opened

    def onward(self, layer: int, x: Floats, z: Floats) -> Floats:
        """The next layer's input [n, R]."""
        w, name = self.weights, f"layers.{layer}.residual."
        added: Floats = (x + z @ w[name + "weight"].T + w[name + "bias"]) * np.float32(
            self.config.residual_scale
        )
        return added

    def walk(self, before: Codes, given: Given) -> Iterator[LayerOutput]:
        """Layer after layer, for n samples from an empty state on: ``before`` [n], see the method."""
        x, biases = self.embed(before), self.layer_biases(given)
        for layer in range(self.config.layers):
            filter_, gate = self.activations(layer, self.taps(layer, x), biases[layer], given)
            z = filter_ * gate
            yield LayerOutput(layer, x, z)
            if layer + 1 < self.config.layers:
                x = self.onward(layer, x, z)

    def head(self, skip: Floats) -> tuple[Floats, Floats]:
        """(hidden before its ReLU [n, H], outputs [n, config.outputs]) of skip sums [n, S]."""
        w = self.weights
        hidden = np.maximum(skip, 0.0) @ w["head.weight"].T + w["head.bias"]
        return hidden, np.maximum(hidden, 0.0) @ w["output.weight"].T + w["output.bias"]
