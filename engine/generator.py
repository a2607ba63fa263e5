"""A WaveNet that plays: prime it, set its parameters, step it. No threads, no input or output."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.conditioning import condition_inputs
from engine.config import GenerationParams
from engine.distributions import Sampling
from engine.kernels.base import Block, Kernel
from engine.state import StreamState


class Generator:
    """One stream of one model on one engine."""

    def __init__(self, kernel: Kernel, params: GenerationParams, seed: int) -> None:
        """An empty stream. ``seed`` 0…2^64 - 1. Raises StudioError on an unknown tag or speaker."""
        self.kernel = kernel
        self.state = StreamState.empty(kernel.config, seed)
        self.set(params)

    @property
    def clock(self) -> int:
        """Samples primed or drawn so far."""
        return self.state.clock

    @property
    def params(self) -> GenerationParams:
        """The parameters in force for the next sample."""
        return self._params

    def set(self, params: GenerationParams) -> None:
        """Let ``params`` hold from the next sample on. Raises StudioError, changing nothing."""
        self._biases = self.kernel.condition(condition_inputs(self.kernel.config, params))
        self._sampling = Sampling(params.temperature, params.top_k, params.top_p)
        self._params = params

    def step(self, n: int) -> Block:
        """Draw the next ``n`` ≥ 1 samples. Raises FloatingPointError on NaN or infinity."""
        return self.kernel.generate(self.state, self._biases, self._sampling, n)

    def prime(self, codes: NDArray[np.uint8]) -> None:
        """Let the stream continue ``codes`` [n] mu-law; only the receptive field's worth is read."""
        recent = codes[-self.kernel.config.receptive_field :]
        self.kernel.advance(self.state, self._biases, recent, logits=False)

    def score(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits [n, 256] before each of ``codes`` [n], which the stream then takes as its own."""
        return self.kernel.advance(self.state, self._biases, codes)

    def snapshot(self) -> StreamState:
        """A copy of the state: restore it here or in another generator of the same kernel."""
        return self.state.snapshot()

    def restore(self, saved: StreamState) -> None:
        """Go on from ``saved``."""
        self.state.restore(saved)
