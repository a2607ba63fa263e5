"""What the layers of a running stream saw a moment ago, read from the rings that its kernel keeps anyway."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import State
from engine.kernels.rings import RingState
from engine.kernels.state import ring_offsets
from engine.wavenet.config import ModelConfig


def layer_inputs(state: State, config: ModelConfig, times: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """[layers, n, kR] float32: each layer's input as samples ``times`` [n] were drawn, oldest tap first.

    None where any of them is no longer kept, and for states that keep no rows beyond those that layers look
    back: only rewindable ones of the CPU's kernel do, of a single stream.
    """
    if not isinstance(state, RingState) or len(state.seeds) != 1 or not len(times):
        return None
    oldest = max(state.earliest, state.position - state.spare)
    if not state.spare or times.min() < oldest or times.max() >= state.position:
        return None
    offsets = ring_offsets(config.kernel_size, config.dilations, state.spare)
    back = np.arange(config.kernel_size - 1, -1, -1)
    dilations = np.array(config.dilations)[:, None, None]
    starts, lengths = offsets[:-1, None, None], np.diff(offsets)[:, None, None]
    rows = starts + (times[:, None] - dilations * back) % lengths  # [layers, n, k]
    values = state.rings.rows[rows, 0, : config.residual_channels] * state.rings.units[rows, 0, None]
    inputs: NDArray[np.float32] = values.reshape(config.layers, len(times), -1).astype(np.float32, copy=False)
    return inputs
