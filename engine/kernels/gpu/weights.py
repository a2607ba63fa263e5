"""A model's weights as the C source reads them: each matrix with its outputs side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.state import ring_offsets
from engine.wavenet.codes import LINEAR, NEAREST
from engine.wavenet.model_file import ModelFile

PRECISIONS = {"float32": np.float32, "float16": np.float16}
"""How weights are stored; sums are of float32 in any case."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class PackedModel:
    """What ``room.cl.h`` says where to find."""

    weights: NDArray[Any]
    """Of all products, in the chosen precision."""
    constants: Floats
    """Biases that no condition changes, and the embedding."""
    tables: NDArray[np.int32]
    """Dilations, first rows of the rings, linear codes."""
    nearest: NDArray[np.uint8]
    """[65536]: of 16-bit codes by their low bits."""
    biases: Floats
    """[layers · 2G + S]: what a global condition is added to."""


def pack_model(model: ModelFile, precision: str, unskipped: Collection[int] = ()) -> PackedModel:
    """``unskipped``: layers that the skip sum goes without. Raises ValueError on an unknown precision."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
    config, w = model.config, model.weights
    layers, gate, residual = range(config.layers), config.gate_channels, config.residual_channels
    dilated = [np.split(w[f"layers.{i}.dilated.weight"], config.kernel_size, axis=1) for i in layers]
    skip = w["skip.weight"].reshape(-1, config.layers, gate) * np.float32(config.skip_scale)
    skip[:, list(unskipped)] = 0.0
    stepped = [np.concatenate([w[f"layers.{i}.residual.weight"], skip[:, i]]) for i in layers]
    local = [w[f"layers.{i}.local.weight"] for i in layers] if config.local_channels else []
    matrices = [
        *(tap for taps in dilated for tap in taps[:-1]),
        *(taps[-1] for taps in dilated),
        *stepped,
        w["head.weight"],
        w["output.weight"],
        *([np.concatenate(local)] if local else []),
    ]
    embedding = w["embedding.weight"] if config.input == "embedding" else _scalar_input(model, residual)
    vectors = [
        *(w[f"layers.{i}.residual.bias"] for i in layers),
        w["head.bias"],
        w["output.bias"],
        embedding.ravel(),
    ]
    biases = [
        *(w[f"layers.{i}.dilated.bias"] for i in layers),
        w["skip.bias"] * np.float32(config.skip_scale),
    ]
    rings = ring_offsets(config.kernel_size, config.dilations)
    return PackedModel(
        weights=np.concatenate([matrix.T.ravel() for matrix in matrices]).astype(PRECISIONS[precision]),
        constants=np.concatenate(vectors).astype(np.float32),
        tables=np.concatenate([config.dilations, rings, LINEAR]).astype(np.int32),
        nearest=NEAREST.astype(np.uint8),
        biases=np.concatenate(biases).astype(np.float32),
    )


def _scalar_input(model: ModelFile, residual: int) -> Floats:
    """[2, R]: what one is multiplied by, and what is added."""
    weight, bias = model.weights["input.weight"], model.weights["input.bias"]
    return np.stack([weight.reshape(residual), bias])
