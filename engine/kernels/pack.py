"""Weights as the CPU kernel reads them: padded, quantised, in the very order in which they are streamed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.checkpoint import ModelFile, Weights
from engine.config import ModelConfig
from engine.kernels.simd import LANES, PAD
from engine.kernels.simd_products import CACHE_LINE, GROUP
from engine.kernels.simd_values import GATE_LEVELS
from engine.mulaw import LEVELS
from engine.state import ring_offsets

PRECISIONS = {
    "int8": (np.int8, np.int16),
    "int16": (np.int16, np.int16),
    "float32": (np.float32, np.float32),
}
"""Type of the layers' weights and of the head's. Activations are int16 beside integers."""
ACTIVATION_PEAK = 32767
SUM_LIMIT = 2**31 - 1
GATE_UNITS = np.array([1.0, 0.5], dtype=np.float32)
"""What ``simd_values.gated_unit`` wants filter and gate in."""

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Widths(NamedTuple):
    """Padded widths and counts; all int."""

    layers: int
    taps: int
    residual: int
    """R as in ``StreamState.history``, not padded."""
    residual_pad: int
    gate_pad: int
    skip_pad: int
    head_pad: int
    residual_scale: float


class Packed(NamedTuple):
    """A model's weights. Flat arrays; a scale is what one unit of a sum of products stands for."""

    current: NDArray[Any]
    """[layers] of W_cur, W_res, W_skip: what every sample waits for, in the order it is read."""
    past: NDArray[Any]
    """[layers, taps before the current, oldest first] of W_prev."""
    head: NDArray[Any]
    """The head's two matrices."""
    embedding: Floats
    """[256, residual_pad]."""
    current_scale: Floats
    """[layers, 2 gate_pad]."""
    past_scale: Floats
    """[layers, taps - 1, 2 gate_pad]."""
    residual_scale: Floats
    """[layers, residual_pad]."""
    residual_bias: Floats
    """[layers, residual_pad]."""
    skip_scale: Floats
    """[layers, skip_pad], times the config's factor on the skip sum."""
    head_scale: Floats
    head_bias: Floats
    output_scale: Floats
    output_bias: Floats
    dilations: Integers
    offsets: Integers
    """[layers + 1]: ``state.ring_offsets``."""
    activation: NDArray[Any]
    """Empty; of the type in which activations enter products."""


class Biases(NamedTuple):
    """What does not change from sample to sample in the model's sums."""

    gate: Floats
    """[layers, 2 gate_pad]."""
    skip: Floats
    """[skip_pad]."""


def pad(width: int) -> int:
    """``width`` rounded up to what the inner loops step by."""
    return -(-width // PAD) * PAD


def widths(config: ModelConfig) -> Widths:
    """The padded widths of a model."""
    return Widths(
        config.layers,
        config.kernel_size,
        config.residual_channels,
        pad(config.residual_channels),
        pad(config.gate_channels),
        pad(config.skip_channels),
        pad(config.head_channels),
        config.residual_scale,
    )


def pack(model: ModelFile, precision: str) -> Packed:
    """Pack a model. ``precision`` is one of ``PRECISIONS``; raises KeyError on another."""
    layer_type, head_type = PRECISIONS[precision]
    config, w = model.config, model.weights
    size = widths(config)
    whole = layer_type != np.float32
    h_unit = np.float32(1.0 / GATE_LEVELS if whole else 1.0)
    z_unit = np.repeat(GATE_UNITS, size.gate_pad)[alternate(size.gate_pad)]
    current, past, residual, skip = _Part(layer_type), _Part(layer_type), _Part(layer_type), _Part(layer_type)
    streamed: list[NDArray[Any]] = []
    for i in range(config.layers):
        dilated = _alternate(w[f"layers.{i}.dilated.weight"], size.gate_pad)
        *earlier, tap = np.split(dilated, config.kernel_size, axis=1)
        for matrix in earlier:
            past.add(_grow(matrix, columns=size.residual_pad), z_unit)
        current.add(_grow(tap, columns=size.residual_pad), z_unit)
        residual.add(_grow(w[f"layers.{i}.residual.weight"], size.residual_pad, size.gate_pad), h_unit)
        skip.add(_grow(_skip(w, config, i), size.skip_pad, size.gate_pad), h_unit * config.skip_scale)
        streamed += [current.matrices[-1], residual.matrices[-1], skip.matrices[-1]]
    head = _Part(head_type)
    head.add(_grow(w["head.weight"], size.head_pad, size.skip_pad), 1.0)
    head.add(_grow(w["output.weight"], columns=size.head_pad), 1.0)
    residual_bias = [_grow(w[f"layers.{i}.residual.bias"], size.residual_pad) for i in range(config.layers)]
    return Packed(
        current=aligned(np.concatenate(streamed)),
        past=aligned(np.concatenate(past.matrices)),
        head=aligned(np.concatenate(head.matrices)),
        embedding=aligned(_grow(w["embedding.weight"], LEVELS, size.residual_pad).ravel()),
        current_scale=aligned(np.concatenate(current.scales)),
        past_scale=aligned(np.concatenate(past.scales)),
        residual_scale=aligned(np.concatenate(residual.scales)),
        residual_bias=aligned(np.concatenate(residual_bias)),
        skip_scale=aligned(np.concatenate(skip.scales)),
        head_scale=aligned(head.scales[0]),
        head_bias=aligned(_grow(w["head.bias"], size.head_pad)),
        output_scale=aligned(head.scales[1]),
        output_bias=aligned(w["output.bias"]),
        dilations=np.array(config.dilations, dtype=np.int64),
        offsets=ring_offsets(config),
        activation=np.empty(0, np.int16 if whole else np.float32),
    )


class _Part:
    """Matrices of one kind, quantised and packed, and their scales."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.matrices: list[NDArray[Any]] = []
        self.scales: list[Floats] = []

    def add(self, matrix: Floats, unit: Any) -> None:
        """Take ``matrix``, padded already; ``unit`` is what 1 of its product means, per output or in all."""
        integers, scale = quantise(matrix, self.kind)
        self.matrices.append(pack_matrix(integers))
        self.scales.append((scale * unit).astype(np.float32))


def pack_biases(model: ModelFile) -> Biases:
    """The model's biases, without a condition."""
    config, w = model.config, model.weights
    size = widths(config)
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
    return Biases(gate, biases.skip + _grow(condition[gates:], len(biases.skip)))


def quantise(matrix: Floats, kind: Any) -> tuple[NDArray[Any], Floats]:
    """``matrix`` [outputs, inputs] as type ``kind``, and the scale [outputs] that gives it back.

    One scale an output. Integers are kept small enough for the sum of their products with int16
    activations to fit int32 whatever the activations are.
    """
    if kind == np.float32:
        return matrix, np.ones(len(matrix), dtype=np.float32)
    exact = matrix.astype(np.float64)
    peak = np.abs(exact).max(axis=1)
    reach = np.abs(exact).sum(axis=1)
    # Rounding adds at most a half to each weight that is not 0: padding must not change the scale.
    limit = SUM_LIMIT // (ACTIVATION_PEAK + 1) - np.count_nonzero(exact, axis=1)
    scale = np.maximum(peak / np.iinfo(kind).max, reach / limit)
    scale[scale == 0.0] = 1.0
    integers = np.rint(exact / scale[:, None]).astype(kind)
    return integers, scale.astype(np.float32)


def pack_matrix(matrix: NDArray[Any]) -> NDArray[Any]:
    """``matrix`` [outputs, inputs], padded already, in the order ``simd_products`` streams it; flat.

    Outputs go in groups of 8, 4, 2, 1 vectors; a group holds, input after input, its outputs'
    weights side by side; integers two inputs at a time, so that a lane holds a pair.
    """
    pair = 1 if matrix.dtype == np.float32 else 2
    outputs, inputs = matrix.shape
    parts = []
    for first, count in groups(outputs):
        block = matrix[first : first + count].reshape(count, inputs // pair, pair)
        parts.append(block.transpose(1, 0, 2).ravel())
    return np.concatenate(parts)


def groups(outputs: int) -> list[tuple[int, int]]:
    """(first output, number of outputs) of each group of a matrix of ``outputs`` padded outputs."""
    found, first = [], 0
    vectors = GROUP
    while vectors:
        while outputs - first >= vectors * LANES:
            found.append((first, vectors * LANES))
            first += vectors * LANES
        vectors //= 2
    return found


def aligned(array: NDArray[Any]) -> NDArray[Any]:
    """A copy that starts on a cache line, so that no vector load straddles two."""
    spare = np.empty(array.nbytes + CACHE_LINE, dtype=np.uint8)
    start = -spare.ctypes.data % CACHE_LINE
    copy = spare[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    np.copyto(copy, array)
    return copy


def _grow(array: Floats, rows: int | None = None, columns: int | None = None) -> Floats:
    """``array`` with zeros added after its rows and columns."""
    sizes = (rows, columns)[: array.ndim]
    extra = [(0, (size or old) - old) for size, old in zip(sizes, array.shape, strict=True)]
    return np.pad(array, extra)


def _alternate(halves: Floats, half: int) -> Floats:
    """[layers…, 2 G, …] filter and gate, each grown to ``half``, vector by vector in turn."""
    grown = np.concatenate([_grow(part, half, *part.shape[1:]) for part in np.split(halves, 2)])
    return np.ascontiguousarray(grown[alternate(half)])


def alternate(half: int) -> Integers:
    """[2 half]: which of filter (0…) and gate (half…) each place holds: a vector of each in turn."""
    return np.arange(2 * half).reshape(2, -1, LANES).transpose(1, 0, 2).reshape(-1)


def _skip(weights: Weights, config: ModelConfig, layer: int) -> Floats:
    gate = config.gate_channels
    return weights["skip.weight"][:, layer * gate : (layer + 1) * gate]
