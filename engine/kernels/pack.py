"""A model's weights as the CPU kernel reads them: every stack of layers, the head, input and conditions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.layout import (
    Biases,
    Context,
    EndWeights,
    Layers,
    Packed,
    Stack,
    StackSize,
    ends,
    stack_size,
)
from engine.kernels.matrices import (
    GATE_LEVELS,
    Floats,
    Matrices,
    alternate,
    alternate_halves,
    grow,
    pack_matrix,
    pad,
    side_by_side,
)
from engine.kernels.state import ring_offsets
from engine.wavenet import mulaw
from engine.wavenet.codes import LINEAR, NEAREST, as_inputs
from engine.wavenet.config import ContextConfig, ModelConfig
from engine.wavenet.model_file import ModelFile, Weights

PRECISIONS = {
    "int8": (np.int8, np.int16),
    "int16": (np.int16, np.int16),
    "float32": (np.float32, np.float32),
}
"""Type of the layers' weights and of the head's. Activations are int16 beside integers."""
GATE_UNITS = np.array([1.0, 0.5], dtype=np.float32)
"""What ``simd_values.gated_unit`` wants filter and gate in."""


def pack(model: ModelFile, precision: str) -> Packed:
    """Pack a model: its main stack and its ends.

    ``precision`` is one of ``PRECISIONS``; raises KeyError on another.
    """
    layer_type, head_type = PRECISIONS[precision]
    config, w = model.config, model.weights
    size, end = stack_size(config, precision), ends(config)
    head, local = Matrices(head_type), Matrices(layer_type)
    head.add(grow(w["head.weight"], end.head_pad, size.skip_pad), 1.0)
    head.add(grow(w["output.weight"], end.outputs_pad, end.head_pad), 1.0)
    if config.local_channels:
        # One matrix for all layers: it is multiplied before the first of them.
        rows = [alternate_halves(w[f"layers.{i}.local.weight"], size.gate_pad) for i in range(config.layers)]
        local.add(grow(np.concatenate(rows), columns=end.local_pad), np.tile(z_units(size), config.layers))
    inputs, origin = _inputs(config)
    stack = _pack_stack(w, "", config, size, layer_type, config.skip_scale)
    weights = EndWeights(
        head=head.weights(),
        head_scale=head.scales[0],
        head_bias=grow(w["head.bias"], end.head_pad),
        output_scale=head.scales[1],
        output_bias=grow(w["output.bias"], end.outputs_pad),
        local=local.weights(),
        local_scale=local.scale(),
        embedding=grow(_embedding(w, config), columns=size.residual_pad).ravel(),
        inputs=inputs,
        input_origin=origin,
        linear=LINEAR.astype(np.int64),
        nearest=NEAREST,
    )
    return Packed(stack, weights)


def pack_context(model: ModelFile, index: int) -> Context:
    """Pack context stack ``index`` of a model."""
    config, w, prefix = model.config.contexts[index], model.weights, f"contexts.{index}."
    size = stack_size(config, "float32")
    entry = Matrices(np.float32)
    entry.add(grow(w[prefix + "input.weight"], size.residual_pad, pad(config.pooling)), 1.0)
    gate = [w[f"{prefix}layers.{i}.dilated.bias"] for i in range(size.layers)]
    biases = Biases(
        np.concatenate([alternate_halves(b, size.gate_pad) for b in gate])
        * np.tile(z_units(size), size.layers),
        grow(w[prefix + "skip.bias"], size.skip_pad),
    )
    return Context(
        layers=Layers(_pack_stack(w, prefix, config, size, np.float32, 1.0), size, biases),
        input=entry.weights(),
        input_scale=entry.scale(),
        input_bias=grow(w[prefix + "input.bias"], size.residual_pad),
    )


def z_units(size: StackSize) -> Floats:
    """[2 gate_pad]: ``GATE_UNITS`` of each output of a layer's dilated convolution, as they alternate."""
    return np.repeat(GATE_UNITS, size.gate_pad)[alternate(size.gate_pad)]


def _pack_stack(
    w: Weights,
    prefix: str,
    config: ModelConfig | ContextConfig,
    size: StackSize,
    kind: Any,
    skip_factor: float,
) -> Stack:
    """Layers by the names ``prefix`` + ``layers.0…`` and ``prefix`` + ``skip``."""
    h_unit = np.float32(1.0 if kind == np.float32 else 1.0 / GATE_LEVELS)
    current, past, residual, skip = Matrices(kind), Matrices(kind), Matrices(kind), Matrices(kind)
    streamed: list[NDArray[Any]] = []
    biases = []
    gate = config.gate_channels
    for i in range(size.layers):
        layer = f"{prefix}layers.{i}."
        dilated = alternate_halves(w[layer + "dilated.weight"], size.gate_pad)
        *earlier, tap = np.split(dilated, size.taps, axis=1)
        for matrix in earlier:
            past.add(grow(matrix, columns=size.residual_pad), z_units(size))
        current.add(grow(tap, columns=size.residual_pad), z_units(size))
        residual.add(grow(w[layer + "residual.weight"], size.residual_pad, size.gate_pad), h_unit)
        streamed += [current.packed[-1], residual.packed[-1]]
        biases.append(grow(w[layer + "residual.bias"], size.residual_pad))
    from_layers = w[prefix + "skip.weight"].reshape(-1, size.layers, gate)
    for first in range(0, size.layers, size.skip_layers):
        some = from_layers[:, first : first + size.skip_layers]
        some = np.pad(some, ((0, 0), (0, 0), (0, size.gate_pad - gate)))
        matrix = grow(some.reshape(len(some), -1), rows=size.skip_pad)
        skip.add(matrix, h_unit * np.float32(skip_factor))
    return Stack(
        current=np.concatenate(streamed),
        skip=skip.weights(),
        past=past.weights(),
        current_scale=current.scale(),
        past_scale=past.scale(),
        residual_scale=residual.scale(),
        residual_bias=np.concatenate(biases),
        skip_scale=skip.scale(),
        dilations=np.array(config.dilations, dtype=np.int64),
        offsets=ring_offsets(config.kernel_size, config.dilations),
        activation=np.empty(0, np.float32 if kind == np.float32 else np.int16),
    )


def without_skips(stack: Stack, size: StackSize, layers: Collection[int]) -> Stack:
    """The stack with zeros for what ``layers`` give to the skip sum; all else is the very same."""
    kept = []
    for first in range(0, size.layers, size.skip_layers):
        group = range(first, min(first + size.skip_layers, size.layers))
        wanted = np.repeat([layer not in layers for layer in group], size.gate_pad)
        kept.append(pack_matrix(np.tile(wanted.astype(stack.skip.dtype), (size.skip_pad, 1))))
    return stack._replace(skip=side_by_side(stack.skip * np.concatenate(kept)))


def _embedding(w: Weights, config: ModelConfig) -> Floats:
    if config.input == "embedding":
        return w["embedding.weight"]
    return np.stack([w["input.weight"][:, 0], w["input.bias"]])


def _inputs(config: ModelConfig) -> tuple[Floats, int]:
    """``EndWeights.inputs`` and ``input_origin``: what ``codes.as_inputs`` gives for every code."""
    if config.output == "softmax":
        return as_inputs(config, np.arange(mulaw.LEVELS, dtype=np.uint8)).astype(np.float32), 0
    codes = np.arange(-(2**15), 2**15, dtype=np.int16)
    return as_inputs(config, codes).astype(np.float32), 2**15


def pack_biases(model: ModelFile) -> Biases:
    """The model's biases, without a condition."""
    config, w = model.config, model.weights
    size = stack_size(config, "float32")
    gate = np.stack([w[f"layers.{i}.dilated.bias"] for i in range(config.layers)])
    skip = w["skip.bias"] * np.float32(config.skip_scale)
    empty = Biases(
        np.zeros(config.layers * 2 * size.gate_pad, np.float32), np.zeros(size.skip_pad, np.float32)
    )
    return add_condition(empty, np.concatenate([gate.ravel(), skip]), config)


def add_condition(biases: Biases, condition: Floats, config: ModelConfig) -> Biases:
    """``biases`` plus ``condition`` [layers · 2G + S] float32 (see ``base.Kernel.condition``)."""
    half, gates = config.gate_channels, config.layers * 2 * config.gate_channels
    grown = np.zeros((config.layers, 2, pad(half)), dtype=np.float32)
    grown[:, :, :half] = condition[:gates].reshape(config.layers, 2, half) * GATE_UNITS[:, None]
    gate = biases.gate + grown.reshape(config.layers, -1)[:, alternate(pad(half))].reshape(-1)
    return Biases(gate, biases.skip + grow(condition[gates:], len(biases.skip)))


def pack_projection(model: ModelFile) -> NDArray[np.float64]:
    """[layers · 2G + S, choices]: what each tag, speaker or number of the vector adds to the biases.

    In float64, so that the order of sums, which numpy leaves to the processor, is lost in rounding.
    """
    c, w = model.config, model.weights
    if not c.conditioned:
        return np.zeros((c.layers * 2 * c.gate_channels + c.skip_channels, 0))
    parts = [*(w[f"layers.{i}.condition.weight"] for i in range(c.layers)), w["skip_condition.weight"]]
    return np.concatenate(parts).astype(np.float64) @ w["condition.weight"].astype(np.float64)
