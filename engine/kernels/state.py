"""What streams need to go on, apart from the weights, as the kernels of this computer's memory keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import State
from engine.wavenet.codes import silence
from engine.wavenet.config import ContextConfig, ModelConfig


@dataclass
class ContextState:
    """What one context stack needs to go on."""

    history: NDArray[np.float32]
    """[rows, R]: as one of ``StreamState.histories``, in the stack's own steps."""
    pending: NDArray[np.float32]
    """[pooling]: amplitudes of the step that is being filled, at sample t mod pooling."""
    row: NDArray[np.float32]
    """[channels]: what it says to the main stack at present; zeros before its first step."""

    @classmethod
    def empty(cls, config: ContextConfig) -> ContextState:
        """The state before the first sample."""
        return cls(
            np.zeros(
                (history_rows(config.kernel_size, config.dilations), config.residual_channels), np.float32
            ),
            np.zeros(config.pooling, np.float32),
            np.zeros(config.channels, np.float32),
        )

    def copy(self) -> ContextState:
        """An independent copy."""
        return ContextState(self.history.copy(), self.pending.copy(), self.row.copy())


@dataclass
class StreamState:
    """Streams in lockstep: ring buffers of every layer's input, the seeds of the draws, the position.

    An empty state is zeros in every buffer: exactly what left padding gives in training.
    """

    histories: NDArray[np.float32]
    """[streams, sum of (k - 1) · dilation, R]: layer after layer, each a ring of (k - 1) · d rows in which
    sample t of the stream lies at row t mod ((k - 1) · d)."""
    seeds: NDArray[np.uint64]
    """[streams]."""
    previous: NDArray[np.int64]
    """[streams]: code of the last sample as the stream hears it (see ``wavenet.codes``)."""
    position: int = 0
    """Samples drawn or primed so far: the index of the next one, and its random counter."""
    contexts: tuple[ContextState, ...] = field(default=())
    """Of the only stream, where the model has context stacks."""

    @classmethod
    def empty(cls, config: ModelConfig, seeds: Sequence[int]) -> StreamState:
        """The state before the first sample of as many streams as there are ``seeds``, 0…2^64 - 1 each.

        Raises ValueError on no seed, and on several for a model with context stacks: each stream would hear
        another context.
        """
        if not seeds or (config.contexts and len(seeds) > 1):
            raise ValueError(f"{len(seeds)} seeds: a state of this model holds one stream")
        rows = history_rows(config.kernel_size, config.dilations)
        return cls(
            np.zeros((len(seeds), rows, config.residual_channels), np.float32),
            np.array(seeds, np.uint64),
            np.full(len(seeds), silence(config), np.int64),
            0,
            tuple(ContextState.empty(context) for context in config.contexts),
        )

    @classmethod
    def own(cls, state: State) -> StreamState:
        """``state``, which must be one of these. Raises TypeError on another kernel's."""
        if not isinstance(state, cls):
            raise TypeError(f"{type(state).__name__} is not a state of this kernel")
        return state

    def copy(self) -> StreamState:
        """An independent copy."""
        contexts = tuple(context.copy() for context in self.contexts)
        return StreamState(
            self.histories.copy(), self.seeds.copy(), self.previous.copy(), self.position, contexts
        )

    def skip(self, n: int, code: int) -> None:
        """Move ``n`` samples on without hearing them; the last of them was ``code``."""
        self.position += n
        self.previous[:] = code


def history_rows(taps: int, dilations: Sequence[int]) -> int:
    """Rows of the history of a stack: (taps - 1) · dilation for each layer."""
    return (taps - 1) * sum(dilations)


def ring_offsets(taps: int, dilations: Sequence[int], spare: int = 0) -> NDArray[np.int64]:
    """[layers + 1] int64: first row of each layer's ring in a history; the last entry is its length.

    ``spare``: rows of each ring beyond those that the layer looks back.
    """
    lengths = np.array([(taps - 1) * d + spare for d in dilations], dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
