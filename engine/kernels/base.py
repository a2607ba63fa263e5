"""What every engine does: open a stream, draw samples, or be told which samples came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.kernels.state import StreamState
from engine.wavenet.codes import Codes
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling


@dataclass(frozen=True)
class Block:
    """Consecutive samples of a stream."""

    codes: Codes
    """[n], of the type that ``codes.code_type`` says."""
    outputs: NDArray[np.float32]
    """[config.outputs]: the distribution that the last sample was drawn from, before any shaping."""


@dataclass(frozen=True)
class LocalRows:
    """The local condition of n consecutive samples: few rows where it moves slowly.

    Sample i is conditioned on ``rows[index[i]] · (1 - mix[i]) + rows[index[i] + 1] · mix[i]``.
    """

    rows: NDArray[np.float32]
    """[m, local_channels]."""
    index: NDArray[np.int64]
    """[n], never falling; below m, and below m - 1 where mix is not 0."""
    mix: NDArray[np.float32]
    """[n], 0…1."""
    temperature: NDArray[np.float32] | None = None
    """[n] above 0: what the temperature of each sample is multiplied by; None for 1."""


@dataclass(frozen=True)
class Guide:
    """How a model hears n of its own samples as its past: see ``codes.hear``."""

    kept: NDArray[np.int32]
    """[n]: the share of each that it hears, 0…``codes.FULL_SCALE``."""
    added: NDArray[np.int32]
    """[n]: what it hears beside it, in steps of 1 / FULL_SCALE."""


def temperatures(sampling: Sampling, local: LocalRows | None, n: int) -> NDArray[np.float32]:
    """[n]: the temperature of each of n samples. Raises ValueError where the condition has another number."""
    chosen = np.full(n, sampling.temperature, np.float32)
    if local is None or local.temperature is None:
        return chosen
    if len(local.temperature) != n:
        raise ValueError(f"{len(local.temperature)} temperatures for {n} samples")
    return chosen * local.temperature


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

    def generate(
        self,
        state: StreamState,
        biases: NDArray[np.float32],
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Guide | None = None,
    ) -> Block:
        """Draw the next ``n`` ≥ 1 samples and move ``state`` on.

        ``guide``: how it hears them as its past, which changes nothing of what they are.

        ``local``: the condition of these samples, of the width ``config.local_channels``; None where
        that is 0. Raises FloatingPointError where an activation is NaN or infinite.
        """
        ...

    def advance(
        self,
        state: StreamState,
        biases: NDArray[np.float32],
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        """Feed samples that are given: move ``state`` on as if they had been drawn.

        Returns the outputs [n, config.outputs] float32 that stood before each of ``codes`` [n] was
        known; without ``outputs`` an engine may save the work for them, and returns [0, …].
        """
        ...

    def step_context(self, state: StreamState, index: int, step: int) -> None:
        """Step number ``step`` of context stack ``index``: its pending samples in, its row anew."""
        ...
