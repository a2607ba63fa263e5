"""What one stream needs to go on, apart from the weights. Copying it forks the stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.config import ModelConfig
from engine.mulaw import SILENCE


@dataclass
class StreamState:
    """Ring buffers of every layer's input, the seed of the draws, the clock.

    An empty state is zeros in every buffer: exactly what left padding gives in training.
    """

    history: NDArray[np.float32]
    """[sum of (k - 1) · dilation, R]: layer after layer, each a ring of (k - 1) · d rows in which
    sample t of the stream lies at row t mod ((k - 1) · d)."""
    seed: int
    clock: int = 0
    """Samples drawn or primed so far: the index of the next one, and its random counter."""
    previous: int = SILENCE
    """mu-law code of the last sample."""

    @classmethod
    def empty(cls, config: ModelConfig, seed: int) -> StreamState:
        """The state before the first sample."""
        rows = (config.kernel_size - 1) * sum(config.dilations)
        return cls(np.zeros((rows, config.residual_channels), dtype=np.float32), seed)

    def snapshot(self) -> StreamState:
        """An independent copy."""
        return StreamState(self.history.copy(), self.seed, self.clock, self.previous)

    def restore(self, saved: StreamState) -> None:
        """Become ``saved`` again, without sharing memory with it."""
        np.copyto(self.history, saved.history)
        self.seed, self.clock, self.previous = saved.seed, saved.clock, saved.previous


def ring_offsets(config: ModelConfig) -> NDArray[np.int64]:
    """[layers + 1] int64: first row of each layer's ring in ``history``; the last entry is its length."""
    lengths = np.array([(config.kernel_size - 1) * d for d in config.dilations], dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
