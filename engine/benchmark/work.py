"""What a sample costs by the model's shape: operations, and weights to be read. Counted, not measured."""

from __future__ import annotations

from dataclasses import dataclass

from engine.wavenet.config import ModelConfig

AHEAD = 16
"""Samples that can share one reading of the past taps' weights (the CPU kernel's block); fewer where
the dilation is shorter."""
LAYER_BYTES = {"int8": 1, "int16": 2, "float32": 4}
HEAD_BYTES = {"int8": 2, "int16": 2, "float32": 4}
"""Bytes of a weight, by the kernel's precision."""


@dataclass(frozen=True)
class Work:
    """Of one sample in the main stack and head; conditions and context stacks come at lower rates."""

    operations: int
    """Multiplications and additions."""
    read: float
    """Bytes of weights that have to be read."""
    stored: int
    """Bytes of weights that a stream keeps coming back to: these decide which cache they live in."""


def work_of(config: ModelConfig, precision: str) -> Work:
    """The work of a sample of a model of this shape; ``precision`` as of the CPU kernel."""
    residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
    tap = 2 * gate * residual
    # The last layer's residual output goes nowhere.
    present = config.layers * (tap + skip * gate) + (config.layers - 1) * residual * gate
    past = config.layers * (config.kernel_size - 1) * tap
    past_read = sum((config.kernel_size - 1) * tap / min(d, AHEAD) for d in config.dilations)
    head = config.head_channels * (skip + config.outputs)
    layer_bytes, head_bytes = LAYER_BYTES[precision], HEAD_BYTES[precision]
    return Work(
        operations=2 * (present + past + head),
        read=layer_bytes * (present + past_read) + head_bytes * head,
        stored=layer_bytes * (present + past) + head_bytes * head,
    )
