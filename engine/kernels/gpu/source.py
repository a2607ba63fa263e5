"""The C source of a model's sample loop: its shape as numbers, then the text that every shape shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.wavenet.config import ModelConfig

PARTS = ("dialect", "room", "layers", "draw", "step")
"""Files beside this one, in the order in which they need each other."""
KINDS = ("SOFTMAX", "LOGISTICS", "GAUSSIAN")
DRAW, FEED, SCORE = "make", "feed", "score"
"""The entries of ``step.cl.h`` …"""
ENTRIES = (DRAW, FEED, SCORE)
"""… all of them."""


def source(config: ModelConfig, items: int, precision: str) -> str:
    """For groups of ``items``, weights stored as ``precision`` says: ``float32`` or ``float16``."""
    shape = {
        "ITEMS": items,
        "LAYERS": config.layers,
        "TAPS": config.kernel_size,
        "RESIDUAL": config.residual_channels,
        "GATE": config.gate_channels,
        "SKIP": config.skip_channels,
        "HEAD": config.head_channels,
        "OUTPUTS": config.outputs,
        "LOCAL_CHANNELS": config.local_channels,
        "COMPONENTS": config.components,
        "PARTIALS": max(items, widest(config)),
        "RESIDUAL_SCALE": literal(config.residual_scale),
        "LOG_SCALE_MIN": literal(config.log_scale_min),
        "SCALAR_INPUT": int(config.input == "scalar"),
        "HALF": int(precision == "float16"),
        "KIND": KINDS.index(config.output.upper()),
    }
    here = Path(__file__).parent
    text = [(here / f"{part}.cl.h").read_text(encoding="utf-8") for part in PARTS]
    return "\n".join([*(f"#define {name} {value}" for name, value in shape.items()), *text])


def widest(config: ModelConfig) -> int:
    """The most outputs that one product has within a layer or the head."""
    stepped = config.residual_channels + config.skip_channels
    return max(2 * config.gate_channels, stepped, config.head_channels, config.outputs)


def shared_bytes(config: ModelConfig, items: int) -> int:
    """What the items of a group share, at most: the struct ``Room``."""
    floats = (
        config.residual_channels
        + config.gate_channels
        + config.skip_channels
        + config.head_channels
        + config.outputs
        + max(items, widest(config))
        + config.local_channels
        + config.layers
    )
    drawing = 16 * 256 if config.output == "softmax" else 8 * config.components
    return 4 * floats + drawing + 64


def literal(value: float) -> str:
    """A number as float32, in C."""
    text = repr(float(np.float32(value)))
    return f"({text}f)"
