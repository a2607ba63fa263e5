"""Small random models for tests: quick to step, and nothing that was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.checkpoint import ModelFile, load_model, save_model, weight_shapes
from engine.config import ModelConfig

TINY = {
    "dilations": (1, 2, 4, 8, 16, 1, 2, 4),
    "residual_channels": 16,
    "gate_channels": 16,
    "skip_channels": 16,
    "head_channels": 16,
    "condition_channels": 8,
    "tags": ("piano", "calm", "fast"),
    "speakers": ("slt", "rms"),
}


def save_tiny_model(path: Path, name: str = "tiny", seed: int = 0, **overrides: Any) -> ModelFile:
    """Write a model file of random weights and load it back."""
    config = ModelConfig(**{**TINY, **overrides})
    rng = np.random.default_rng(seed)
    weights = {
        key: (rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for key, shape in weight_shapes(config).items()
    }
    save_model(path, name=name, config=config, weights=weights, licence="CC0-1.0")
    return load_model(path)
