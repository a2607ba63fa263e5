"""What one stream needs to go on, apart from the weights. Copying it forks the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.codes import silence
from engine.wavenet.config import ContextConfig, ModelConfig


@dataclass
class ContextState:
    """What one context stack needs to go on."""

    history: NDArray[np.float32]
    """As ``StreamState.history``, in the stack's own steps."""
    pending: NDArray[np.float32]
    """[pooling]: amplitudes of the step that is being filled, at sample t mod pooling."""
    row: NDArray[np.float32]
    """[channels]: what it says to the main stack at present; zeros before its first step."""

    @classmethod
    def empty(cls, config: ContextConfig) -> ContextState:
        """The state before the first sample."""
        return cls(
            empty_history(config.kernel_size, config.dilations, config.residual_channels),
            np.zeros(config.pooling, dtype=np.float32),
            np.zeros(config.channels, dtype=np.float32),
        )

    def snapshot(self) -> ContextState:
        """An independent copy."""
        return ContextState(self.history.copy(), self.pending.copy(), self.row.copy())

    def restore(self, saved: ContextState) -> None:
        """Become ``saved`` again, without sharing memory with it."""
        for mine, other in zip(
            (self.history, self.pending, self.row), (saved.history, saved.pending, saved.row), strict=True
        ):
            np.copyto(mine, other)


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
    previous: int = 0
    """Code of the last sample (see ``quantisation``)."""
    contexts: tuple[ContextState, ...] = field(default=())

    @classmethod
    def empty(cls, config: ModelConfig, seed: int) -> StreamState:
        """The state before the first sample."""
        history = empty_history(config.kernel_size, config.dilations, config.residual_channels)
        contexts = tuple(ContextState.empty(context) for context in config.contexts)
        return cls(history, seed, 0, silence(config), contexts)

    def snapshot(self) -> StreamState:
        """An independent copy."""
        contexts = tuple(context.snapshot() for context in self.contexts)
        return StreamState(self.history.copy(), self.seed, self.clock, self.previous, contexts)

    def restore(self, saved: StreamState) -> None:
        """Become ``saved`` again, without sharing memory with it."""
        np.copyto(self.history, saved.history)
        self.seed, self.clock, self.previous = saved.seed, saved.clock, saved.previous
        for mine, other in zip(self.contexts, saved.contexts, strict=True):
            mine.restore(other)


def empty_history(taps: int, dilations: Sequence[int], channels: int) -> NDArray[np.float32]:
    """[sum of (taps - 1) · dilation, channels] zeros: the rings of a stack's layers."""
    return np.zeros(((taps - 1) * sum(dilations), channels), dtype=np.float32)


def ring_offsets(taps: int, dilations: Sequence[int]) -> NDArray[np.int64]:
    """[layers + 1] int64: first row of each layer's ring in a history; the last entry is its length."""
    lengths = np.array([(taps - 1) * d for d in dilations], dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])


def empty_takes(config: ModelConfig, seeds: Sequence[int]) -> list[StreamState]:
    """Empty states, one a seed, whose histories lie in one array [takes, rows, R]: see ``CpuKernel``."""
    states = [StreamState.empty(config, seed) for seed in seeds]
    together = np.zeros((len(states), *states[0].history.shape), dtype=np.float32)
    for state, history in zip(states, together, strict=True):
        state.history = history
    return states
