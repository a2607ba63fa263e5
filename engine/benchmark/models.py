"""Models to measure: any shape, random weights, the same everywhere. Speed does not depend on training."""

from __future__ import annotations

import numpy as np

from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import Header, ModelFile, content_hash, weight_shapes

RATE = 16_000
"""Hz: what real time means in every figure."""
SIZES = ("lite", "standard", "large")
SHAPES = {"lite": (32, 64, 30), "standard": (64, 128, 30), "large": (64, 256, 40)}
"""Residual and gate channels, skip and head channels, layers."""
CYCLE = 10
"""Layers until the dilation begins again at 1: 1 … 512."""


def sized_model(size: str) -> ModelFile:
    """A random model of one of ``SIZES``; raises KeyError on another."""
    return random_model(size, shape(*SHAPES[size]))


def shape(residual: int, skip: int, layers: int) -> ModelConfig:
    """Of a model whose gate is as wide as its residual path, and its head as its skip outputs."""
    return ModelConfig(
        dilations=dilations(layers),
        residual_channels=residual,
        gate_channels=residual,
        skip_channels=skip,
        head_channels=skip,
    )


def dilations(layers: int) -> tuple[int, ...]:
    """1, 2, 4 … 512, 1, 2 … for so many layers."""
    return tuple(2 ** (layer % CYCLE) for layer in range(layers))


def random_model(name: str, config: ModelConfig) -> ModelFile:
    """Normal weights that keep the activations' size (variance 1 / inputs), always from the same seed."""
    rng = np.random.default_rng(0)
    weights = {
        key: (rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for key, shape in weight_shapes(config).items()
    }
    count = sum(value.size for value in weights.values())
    return ModelFile(Header(1, name, config, count, content_hash(config, weights)), weights)
