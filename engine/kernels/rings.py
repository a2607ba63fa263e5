"""What streams of the CPU kernel need to go on: rings of each layer's input as it enters products."""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import State
from engine.kernels.layout import StreamArrays, activation_type
from engine.kernels.matrices import Floats, pad
from engine.kernels.state import ring_offsets
from engine.kernels.words import words_of
from engine.wavenet.codes import silence
from engine.wavenet.config import ContextConfig, ModelConfig


@dataclass
class Rings:
    """Earlier inputs of a stack's layers, quantised: zeros are what left padding gives in training."""

    rows: NDArray[Any]
    """[sum of rows, streams, residual_pad] of the activations' type: layer after layer, each a ring of
    (k - 1) · d + spare rows in which sample t lies at row t mod as many."""
    units: Floats
    """[sum of rows, streams]: what one of a row's numbers stands for."""

    @classmethod
    def empty(cls, config: ModelConfig | ContextConfig, kind: Any, streams: int, spare: int) -> Rings:
        """Of silence, in numpy type ``kind``, with ``spare`` rows a layer beyond those that it looks back."""
        count = int(ring_offsets(config.kernel_size, config.dilations, spare)[-1])
        rows = np.zeros((count, streams, pad(config.residual_channels)), kind)
        return cls(rows, np.zeros((count, streams), np.float32))

    @classmethod
    def untouched(cls, config: ModelConfig, kind: Any, streams: int, spare: int) -> Rings:
        """The same in memory that comes page by page, as it is written to.

        NumPy asks for pages of 2 MB, so that the first bytes in each ring had all 36 MB cleared: up to 60 ms.
        """
        count = int(ring_offsets(config.kernel_size, config.dilations, spare)[-1])
        shape = (count, streams, pad(config.residual_channels))
        return cls(_paged(shape, kind), _paged((count, streams), np.float32))

    @property
    def nbytes(self) -> int:
        """What it takes of the memory."""
        return self.rows.nbytes + self.units.nbytes

    def copy(self) -> Rings:
        """An independent copy."""
        return Rings(self.rows.copy(), self.units.copy())


@dataclass
class RingContext:
    """What one context stack needs to go on."""

    rings: Rings
    """In the stack's own steps."""
    pending: Floats
    """[pooling]: amplitudes of the step that is being filled, at sample t mod pooling."""
    row: Floats
    """[channels]: what it says to the main stack at present; zeros before its first step."""

    @classmethod
    def empty(cls, config: ContextConfig) -> RingContext:
        """The state before the first sample."""
        return cls(
            Rings.empty(config, np.float32, 1, 0),
            np.zeros(config.pooling, np.float32),
            np.zeros(config.channels, np.float32),
        )

    def copy(self) -> RingContext:
        """An independent copy."""
        return RingContext(self.rings.copy(), self.pending.copy(), self.row.copy())


@dataclass
class RingState:
    """Streams in lockstep: rings of every layer's input, the seeds of the draws, the position."""

    rings: Rings
    seeds: NDArray[np.uint64]
    """[streams]."""
    fed_back: NDArray[np.int64]
    """[streams, spare + 1]: a ring of the last codes as the stream hears them (see ``wavenet.codes``)."""
    spare: int = 0
    """Rows of each ring beyond those that the layer looks back: samples that can be taken back."""
    position: int = 0
    """Samples drawn or primed so far: the index of the next one, and its random counter."""
    earliest: int = 0
    """The position before which nothing can be taken back, if ``spare`` is not 0."""
    contexts: tuple[RingContext, ...] = field(default=())
    """Of the only stream, where the model has context stacks."""

    @classmethod
    def empty(cls, config: ModelConfig, precision: str, seeds: Sequence[int], spare: int = 0) -> RingState:
        """The state before the first sample of as many streams as there are ``seeds``, 0…2^64 - 1 each.

        Raises ValueError on no seed, and on several for a model with context stacks: each stream would hear
        another context.
        """
        if not seeds or (config.contexts and len(seeds) > 1):
            raise ValueError(f"{len(seeds)} seeds: a state of this model holds one stream")
        return cls(
            Rings.empty(config, activation_type(precision), len(seeds), spare),
            np.array(seeds, np.uint64),
            np.full((len(seeds), spare + 1), silence(config), np.int64),
            spare,
            contexts=tuple(RingContext.empty(context) for context in config.contexts),
        )

    @classmethod
    def own(cls, state: State) -> RingState:
        """``state``, which must be one of these. Raises TypeError on another kernel's."""
        if not isinstance(state, cls):
            raise TypeError(f"{type(state).__name__} is not a state of this kernel")
        return state

    @cached_property
    def arrays(self) -> StreamArrays:
        """Its arrays, flat, as compiled code takes them; they stay what and where they are."""
        rings = self.rings
        return StreamArrays(
            rings.rows.reshape(-1), rings.units.reshape(-1), self.seeds, self.fed_back.reshape(-1), self.spare
        )

    @cached_property
    def words(self) -> list[int]:
        """Those of its arrays."""
        return words_of(self.arrays)

    @property
    def previous(self) -> NDArray[np.int64]:
        """[streams]: code of the last sample as the stream hears it; a view."""
        return self.fed_back[:, (self.position - 1) % (self.spare + 1)]

    @property
    def nbytes(self) -> int:
        """What its rings take of the memory: all but a few numbers."""
        return self.rings.nbytes + sum(context.rings.nbytes for context in self.contexts)

    def copy(self, config: ModelConfig, spare: int = 0) -> RingState:
        """An independent copy, of which nothing before its position can be taken back."""
        rings = self.rings.copy() if spare == self.spare == 0 else self._moved(config, spare)
        made = RingState(
            rings,
            self.seeds.copy(),
            np.zeros((len(self.seeds), spare + 1), np.int64),
            spare,
            self.position,
            self.position,
            tuple(context.copy() for context in self.contexts),
        )
        made.previous[:] = self.previous
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

    def _moved(self, config: ModelConfig, spare: int) -> Rings:
        """A copy of what the layers look back to, in rings with other ``spare`` rows.

        Byte by byte, as that keeps the interpreter's lock: NumPy lets go of it for every array, and beside a
        busy thread each takes 5 ms to be got back.
        """
        made = (Rings.untouched if spare else Rings.empty)(
            config, self.rings.rows.dtype, len(self.seeds), spare
        )
        starts = [ring_offsets(config.kernel_size, config.dilations, room) for room in (self.spare, spare)]
        pairs = [
            (_bytes(old), _bytes(new), new.strides[0])
            for old, new in ((self.rings.rows, made.rows), (self.rings.units, made.units))
        ]
        for layer, dilation in enumerate(config.dilations):
            begins = [int(start[layer]) for start in starts]
            sizes = [int(start[layer + 1]) - begin for start, begin in zip(starts, begins, strict=True)]
            span = (config.kernel_size - 1) * dilation
            for time, count in _unbroken(self.position - span, span, sizes):
                source, target = (begin + time % size for begin, size in zip(begins, sizes, strict=True))
                for old, new, width in pairs:
                    new[target * width : (target + count) * width] = old[
                        source * width : (source + count) * width
                    ]
        return made


def _paged(shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
    """Zeros, of which no page is there before it is needed."""
    count = math.prod(shape)
    room = mmap.mmap(-1, max(1, count * np.dtype(kind).itemsize))
    return np.frombuffer(room, kind, count).reshape(shape)


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _unbroken(first: int, count: int, sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """``count`` rows from ``first`` on, cut where a ring of one of the ``sizes`` begins anew."""
    while count:
        n = min(count, *(size - first % size for size in sizes))
        yield first, n
        first, count = first + n, count - n
