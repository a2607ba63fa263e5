"""What every engine does: open a stream, draw samples, or be told which samples came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.config import ModelConfig
from engine.distributions import Sampling
from engine.state import StreamState


@dataclass(frozen=True)
class Block:
    """Consecutive samples of a stream."""

    codes: NDArray[np.uint8]
    """[n] mu-law."""
    logits: NDArray[np.float32]
    """[256]: of the distribution that the last sample was drawn from, before any shaping."""


class Kernel(Protocol):
    """One model, ready to run on one engine. Weights only: everything that changes is in the state."""

    name: str
    """``cpu`` or ``reference``, as on screen and in takes."""
    version: str
    """Changes whenever the same input could give other samples."""
    config: ModelConfig

    def condition(self, choices: NDArray[np.float32]) -> NDArray[np.float32]:
        """Project ``conditioning.condition_inputs`` to what ``generate`` and ``advance`` take.

        Returns [layers · 2G + S] float32: each layer's bias on filter and gate, then the skip sum's.
        """
        ...

    def generate(self, state: StreamState, biases: NDArray[np.float32], sampling: Sampling, n: int) -> Block:
        """Draw the next ``n`` ≥ 1 samples and move ``state`` on.

        Raises FloatingPointError where an activation is NaN or infinite.
        """
        ...

    def advance(
        self,
        state: StreamState,
        biases: NDArray[np.float32],
        codes: NDArray[np.uint8],
        logits: bool = True,
    ) -> NDArray[np.float32]:
        """Feed samples that are given: move ``state`` on as if they had been drawn.

        Returns the logits [n, 256] float32 that stood before each of ``codes`` [n] was known; without
        ``logits`` an engine may save the work for them, and returns [0, 256].
        """
        ...
