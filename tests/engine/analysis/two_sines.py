"""A network made by hand that tells two sines apart, whose every number is known.

Layer A adds the sample before to the one 4 earlier, layer B subtracts them. At 16 kHz A lets 4 kHz through
and stops 2 kHz, B the other way round: gains |cos(πf·4/16000)| and |sin(πf·4/16000)|. Both see the samples
themselves, the gates stand half open, skip weights of 2 make up for that, and the head adds the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import FORMAT, Header, ModelFile

RATE = 16_000
DILATION = 4
CONFIG = ModelConfig(
    sample_rate=RATE,
    dilations=(DILATION, DILATION),
    residual_channels=1,
    gate_channels=1,
    skip_channels=2,
    head_channels=2,
    input="scalar",
    output="gaussian",
)


def two_sines_model() -> ModelFile:
    zero, one = np.zeros(1, np.float32), np.ones((1, 1), np.float32)
    weights = {
        "input.weight": one,
        "input.bias": zero,
        "skip.weight": np.array([[2, 0], [0, 2]], np.float32),
        "skip.bias": np.full(2, 3, np.float32),  # the ReLUs stay open
        "head.weight": np.eye(2, dtype=np.float32),
        "head.bias": np.zeros(2, np.float32),
        "output.weight": np.array([[1, 1], [0, 0]], np.float32),
        "output.bias": np.array([-6, -5], np.float32),
    }
    for index, past in enumerate((0.5, -0.5)):
        weights[f"layers.{index}.dilated.weight"] = np.array([[past, 0.5], [0, 0]], np.float32)
        weights[f"layers.{index}.dilated.bias"] = np.zeros(2, np.float32)
        weights[f"layers.{index}.residual.weight"] = 0 * one
        weights[f"layers.{index}.residual.bias"] = zero
    count = sum(value.size for value in weights.values())
    return ModelFile(Header(format=FORMAT, name="two sines", config=CONFIG, weights=count, hash=""), weights)


def sines(n: int, amplitude: float = 0.05) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One of 4 kHz, which layer A lets through, and one of 2 kHz, which layer B does."""
    t = np.arange(n) / RATE
    return amplitude * np.sin(2 * np.pi * 4000 * t + 0.3), amplitude * np.sin(2 * np.pi * 2000 * t + 1.0)


def before_and_earlier(samples: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the layers see before each sample: the last one and the one 4 earlier, zeros before the first."""
    padded = np.concatenate([np.zeros(1 + DILATION), samples])
    return padded[DILATION : DILATION + len(samples)], padded[: len(samples)]
