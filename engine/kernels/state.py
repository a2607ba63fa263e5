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
    """[streams, sum of rows, R]: layer after layer, each a ring of (k - 1) · d + ``spare`` rows in which
    sample t of the stream lies at row t mod as many."""
    seeds: NDArray[np.uint64]
    """[streams]."""
    fed_back: NDArray[np.int64]
    """[streams, spare + 1]: a ring of the last codes as the stream hears them (see ``wavenet.codes``)."""
    position: int = 0
    """Samples drawn or primed so far: the index of the next one, and its random counter."""
    contexts: tuple[ContextState, ...] = field(default=())
    """Of the only stream, where the model has context stacks."""
    spare: int = 0
    """Rows of each ring beyond those that the layer looks back: samples that can be taken back."""
    earliest: int = 0
    """The position before which nothing can be taken back, if ``spare`` is not 0."""

    @classmethod
    def empty(cls, config: ModelConfig, seeds: Sequence[int], spare: int = 0) -> StreamState:
        """The state before the first sample of as many streams as there are ``seeds``, 0…2^64 - 1 each.

        Raises ValueError on no seed, and on several for a model with context stacks: each stream would hear
        another context.
        """
        if not seeds or (config.contexts and len(seeds) > 1):
            raise ValueError(f"{len(seeds)} seeds: a state of this model holds one stream")
        rows = history_rows(config.kernel_size, config.dilations) + config.layers * spare
        return cls(
            np.zeros((len(seeds), rows, config.residual_channels), np.float32),
            np.array(seeds, np.uint64),
            np.full((len(seeds), spare + 1), silence(config), np.int64),
            0,
            tuple(ContextState.empty(context) for context in config.contexts),
            spare,
        )

    @classmethod
    def own(cls, state: State) -> StreamState:
        """``state``, which must be one of these. Raises TypeError on another kernel's."""
        if not isinstance(state, cls):
            raise TypeError(f"{type(state).__name__} is not a state of this kernel")
        return state

    @property
    def previous(self) -> NDArray[np.int64]:
        """[streams]: code of the last sample as the stream hears it; a view."""
        return self.fed_back[:, (self.position - 1) % (self.spare + 1)]

    def copy(self, config: ModelConfig, spare: int = 0) -> StreamState:
        """An independent copy, of which nothing before its position can be taken back."""
        made = StreamState.empty(config, self.seeds.tolist(), spare)
        made.contexts = tuple(context.copy() for context in self.contexts)
        made.position = made.earliest = self.position
        made.previous[:] = self.previous
        if made.spare == self.spare == 0:
            made.histories[:] = self.histories
            return made
        for layer, dilation in enumerate(config.dilations):
            needed = (config.kernel_size - 1) * dilation
            times = np.arange(self.position - needed, self.position)
            source, target = (_ring(state, config, layer) for state in (self, made))
            target[:, times % target.shape[1]] = source[:, times % source.shape[1]]
        return made

    def skip(self, n: int, code: int) -> None:
        """Move ``n`` samples on without hearing them; the last of them was ``code``."""
        self.position += n
        self.earliest = self.position
        self.previous[:] = code

    def overwrite(self, n: int) -> None:
        """``n`` samples from the position on are about to be written over the oldest ones."""
        self.earliest = max(self.earliest, self.position + n - self.spare)

    def rewind(self, n: int) -> None:
        """Take the last ``n`` samples back. Raises ValueError where they are more than are kept."""
        kept = max(0, self.position - self.earliest) if self.spare else 0
        if not 0 <= n <= kept:
            raise ValueError(f"{n} samples cannot be taken back: {kept} are kept at sample {self.position}")
        self.position -= n


def history_rows(taps: int, dilations: Sequence[int]) -> int:
    """Rows of the history of a stack: (taps - 1) · dilation for each layer."""
    return (taps - 1) * sum(dilations)


def _ring(state: StreamState, config: ModelConfig, layer: int) -> NDArray[np.float32]:
    """[streams, rows, R]: a layer's ring, a view."""
    first, last = ring_offsets(config.kernel_size, config.dilations)[layer : layer + 2]
    return state.histories[:, first + layer * state.spare : last + (layer + 1) * state.spare]


def ring_offsets(taps: int, dilations: Sequence[int]) -> NDArray[np.int64]:
    """[layers + 1] int64: first row of each layer's ring in a history; the last entry is its length."""
    lengths = np.array([(taps - 1) * d for d in dilations], dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
