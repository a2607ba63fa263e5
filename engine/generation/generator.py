"""A WaveNet that plays: prime it, set its parameters, step it. No threads, no input or output."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.generation.retracing import Past, retrace
from engine.generation.streams import SeenLayers, Streams
from engine.kernels.base import Block, Kernel, Native, Snapshot, State
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams


class Generator:
    """One stream of one model on one engine."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seed: int,
        conditions: StreamConditions = UNCONDITIONED,
        *,
        rewindable: bool = False,
    ) -> None:
        """An empty stream. ``seed`` 0…2^64 - 1. Raises StudioError on an unknown tag or speaker."""
        self._streams = Streams(kernel, params, [seed], conditions, rewindable=rewindable)

    @property
    def state(self) -> State:
        """Where the stream stands, as its kernel keeps it."""
        return self._streams.state

    @property
    def position(self) -> int:
        """Samples primed or drawn so far."""
        return self._streams.position

    @property
    def params(self) -> GenerationParams:
        """The parameters in force for the next sample."""
        return self._streams.params

    def set(self, params: GenerationParams) -> None:
        """Let ``params`` hold from the next sample on. Raises StudioError, changing nothing."""
        self._streams.set(params)

    def step(self, n: int) -> Block:
        """Draw the next ``n`` ≥ 1 samples. Raises FloatingPointError on NaN or infinity."""
        return self._streams.step(n)[0]

    def native(self, n: int) -> Native | None:
        """Up to ``n`` of the next samples, for compiled code to make: see ``Streams.native``."""
        return self._streams.native(n)

    def prime(self, codes: Codes) -> None:
        """Let the stream continue ``codes`` [n]: afterwards it is as if it had made them itself.

        Only the receptive field's worth is read. Raises FloatingPointError on NaN or infinity.
        """
        self._streams.prime(codes)

    def retrace(self, past: Past) -> None:
        """Bring the stream to the end of its ``past``: see ``retracing.retrace``."""
        retrace(self._streams, past)

    def reseed(self, seed: int) -> None:
        """Let the stream draw with another ``seed`` from the next sample on."""
        self._streams.reseed([seed])

    def score(self, codes: Codes) -> NDArray[np.float32]:
        """Outputs [n, config.outputs] before each of ``codes`` [n], which the stream takes as its own."""
        found: NDArray[np.float32] = self._streams.feed(codes, outputs=True)[0]
        return found

    def seen(self, times: NDArray[np.int64]) -> SeenLayers | None:
        """What the layers saw as samples ``times`` were drawn: see ``Streams.seen``."""
        return self._streams.seen(times)

    def snapshot(self) -> Snapshot:
        """A copy of the state: restore it here or in another generator of the same kernel."""
        return self._streams.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from ``snapshot``."""
        self._streams.restore(snapshot)

    @property
    def max_rewind(self) -> int:
        """How many samples can be taken back at most: see ``Streams.max_rewind``."""
        return self._streams.max_rewind

    @property
    def steady(self) -> int:
        """Samples since the feedback track ended or came to rest: see ``Streams.steady``."""
        return self._streams.steady

    def rewind(self, n: int) -> None:
        """Take the last ``n`` samples back; raises ValueError: see ``Streams.rewind``."""
        self._streams.rewind(n)
