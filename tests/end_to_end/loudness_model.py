"""A small random model that is silent at temperature 0 and a steady, moderate noise at temperature 2."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.benchmark.models import SHAPES, shape
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import save_model
from tests.models import TINY, save_random_model

SILENT, NOISY = 0.0, 2.0


def save_loudness_model(path: Path, size: str = "tiny") -> None:
    """Write it, at 16 kHz; ``size`` is tiny or one of ``SHAPES``."""
    model = save_random_model(path, ModelConfig(**TINY) if size == "tiny" else shape(*SHAPES[size]))
    distance = np.abs(np.arange(256) - 128)
    # Amplitudes up to 0.1 are about as likely as each other, louder ones are not; silence leads by far.
    preference = -((np.maximum(distance - 70, 0) / 10.0) ** 2) + 12.0 * (distance == 0)
    weights = {**model.weights, "output.bias": preference.astype(np.float32)}
    save_model(path, name="loudness", config=model.config, weights=weights)
