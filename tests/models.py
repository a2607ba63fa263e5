"""Small random models for tests: quick to step, and nothing that was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import (
    FORMAT,
    Header,
    ModelFile,
    Weights,
    load_model,
    save_model,
    weight_shapes,
)

TINY: dict[str, Any] = {
    "dilations": (1, 2, 4, 8, 16, 1, 2, 4),
    "residual_channels": 16,
    "gate_channels": 16,
    "skip_channels": 16,
    "head_channels": 16,
    "condition_channels": 8,
    "tags": ("piano", "calm", "fast"),
    "speakers": ("slt", "rms"),
}
SHIPPED: dict[str, Any] = {
    "dilations": tuple(2**i for i in range(10)) * 3,
    "residual_channels": 64,
    "gate_channels": 64,
    "skip_channels": 128,
    "head_channels": 128,
}
"""The shape of two models that are shipped. Code of its own takes seconds to compile: theirs serves."""
ODD: dict[str, Any] = {
    "dilations": TINY["dilations"],
    "residual_channels": 72,
    "gate_channels": 40,
    "skip_channels": 136,
    "head_channels": 100,
    "kernel_size": 3,
}
"""A shape that has code of its own, too: odd numbers of vectors, three taps."""


def save_tiny_model(path: Path, name: str = "tiny", seed: int = 0, **overrides: Any) -> ModelFile:
    """Write a model file of random weights, TINY but for ``overrides``, and load it back."""
    return save_random_model(path, ModelConfig(**{**TINY, **overrides}), name, seed)


def save_random_model(path: Path, config: ModelConfig, name: str = "random", seed: int = 0) -> ModelFile:
    """Write a model file of random weights and of any shape, and load it back."""
    weights = random_weights(config, seed)
    save_model(path, name=name, config=config, weights=weights, licence="CC0-1.0")
    return load_model(path)


def random_model(config: ModelConfig, seed: int = 0) -> ModelFile:
    """A model of random weights and of any shape that was never in a file; its hash is empty."""
    weights = random_weights(config, seed)
    count = sum(value.size for value in weights.values())
    return ModelFile(Header(format=FORMAT, name="random", config=config, weights=count, hash=""), weights)


def random_weights(config: ModelConfig, seed: int = 0) -> Weights:
    """Weights that keep the size of what goes through them; continuous outputs are of moderate scale."""
    rng = np.random.default_rng(seed)
    weights = {
        key: (rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]) if shape[1:] else shape[0])).astype(
            np.float32
        )
        for key, shape in weight_shapes(config).items()
    }
    if config.output == "logistics":
        weights["output.bias"][2 * config.components :] -= 4.0
    if config.output == "gaussian":
        weights["output.bias"][1] -= 3.0
    return weights
