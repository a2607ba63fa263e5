"""What every engine does: open streams, draw samples, or be told which samples came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.codes import Codes
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling

Biases = Any
"""What ``Kernel.project`` returns, for that kernel alone to read."""
Snapshot = Any
"""What ``Kernel.snapshot`` returns, for ``restore`` of that kernel alone to read."""


class State(Protocol):
    """Streams in lockstep, wherever their kernel keeps them: only that kernel looks further inside."""

    @property
    def position(self) -> int:
        """Samples drawn or fed so far: the index of the next one."""
        ...


@dataclass(frozen=True)
class Block:
    """Consecutive samples of a stream."""

    codes: Codes
    """[n], of the type that ``codes.code_type`` says."""
    outputs: NDArray[np.float32]
    """[config.outputs]: the distribution that the last sample was drawn from, before any shaping."""


SLOTS = 4
"""Pieces whose last sample's outputs stay where they are: time to read them while others are made."""


@dataclass(frozen=True)
class Native:
    """Up to ``len(codes)`` samples of one stream, for compiled code to make by ``piece.piece``."""

    address: int
    """Of ``step.run``, compiled for the kernel."""
    box: NDArray[np.int64]
    """What it takes."""
    arguments: tuple[Any, ...]
    """What lies behind the addresses in the box."""
    codes: Codes
    """[n]."""
    outputs: NDArray[Any]
    """[SLOTS, config.outputs]."""
    finish: Callable[[int], None]
    """Moves the stream's state on by so many samples, once they are made: call it before anything else."""


def check_lengths(n: int, local: LocalRows | None, guide: Feedback | None = None) -> None:
    """Raise ValueError where what is given for ``n`` samples is of another number, or rows are left out."""
    if local is not None and (len(local.index) != n or len(local.mix) != n):
        raise ValueError(f"the local condition must be of {n} samples, not {len(local.index)}")
    if local is not None and (np.diff(local.index) > 1).any():
        raise ValueError("the local condition must leave out no row")
    if guide is not None and (len(guide.gain) != n or len(guide.offset) != n):
        raise ValueError(f"the guide must be of {n} samples")


def temperatures(sampling: Sampling, local: LocalRows | None, n: int) -> NDArray[np.float32]:
    """[n]: the temperature of each of n samples. Raises ValueError where the condition has another number."""
    chosen = np.full(n, sampling.temperature, np.float32)
    if local is None or local.temperature is None:
        return chosen
    if len(local.temperature) != n:
        raise ValueError(f"{len(local.temperature)} temperatures for {n} samples")
    return chosen * local.temperature


@dataclass(frozen=True)
class Unskipped:
    """``Biases`` where the skip sum goes without some layers."""

    biases: Biases
    weights: Any
    """Those that hold the skip sum's, with zeros for these layers, as that kernel reads them."""


SHUT = -1000.0
"""Added to a gate's bias: its sigmoid is 0, in float32 too."""


def shut_gates(config: ModelConfig, muted: Collection[int]) -> NDArray[np.float32]:
    """[layers · 2G + S] float32: what, added to the biases, lets the ``muted`` layers give zeros."""
    gates = np.zeros((config.layers, 2, config.gate_channels), np.float32)
    gates[list(muted), 1] = SHUT
    return np.concatenate([gates.ravel(), np.zeros(config.skip_channels, np.float32)])


class Kernel(Protocol):
    """One model, ready to run on one engine. Weights only: everything that changes is in a state."""

    name: str
    """``cpu`` or ``reference``, as on screen and in takes."""
    version: str
    """Changes whenever the same input could give other samples."""
    config: ModelConfig
    max_streams: int
    """How many streams a state may hold, 1 or more."""
    max_rewind: int
    """How many samples a rewindable state can be taken back by; 0 where none can."""
    snapshot_bytes: int
    """What a snapshot of one stream takes of the memory."""

    def project(
        self, features: NDArray[np.float32], muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> Biases:
        """What ``conditioning.condition_inputs`` add to the model's biases, as the other methods take it.

        ``muted``: layers whose gates are shut, see ``shut_gates``. ``unskipped``: layers that the skip sum
        goes without, while later layers see what they give; all others' weights stay what they are.
        """
        ...

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> State:
        """Empty streams, one for each of the seeds, 0…2^64 - 1.

        A ``rewindable`` state takes memory for what ``rewind`` needs, as far as ``max_rewind`` allows any.
        Raises ValueError on none and on more than ``max_streams``.
        """
        ...

    def snapshot(self, state: State) -> Snapshot:
        """A copy that what happens to ``state`` later does not change."""
        ...

    def restore(self, snapshot: Snapshot, *, rewindable: bool = False) -> State:
        """A new state as it was when ``snapshot`` was taken of it; as often as wanted."""
        ...

    def rewind(self, state: State, n: int) -> None:
        """Take the last ``n`` samples of a rewindable ``state`` back, at once whatever their number.

        All that it draws afterwards is as if they had never been. Raises ValueError where n is negative, more
        than ``max_rewind``, or reaches beyond where the state began, was restored or skipped, or beyond what
        was kept when samples were taken back before: rows of ``max_rewind`` samples before the latest.
        """
        ...

    def skip(self, state: State, n: int, code: int) -> None:
        """Move ``state`` ``n`` samples on without hearing them; the last of them was ``code``.

        The streams are as if they had been heard once a receptive field of samples has been fed. A context
        stack must not be in the midst of a step afterwards.
        """
        ...

    def skim(self, state: State, codes: Codes) -> None:
        """Move ``state`` on past ``codes`` [n], which its context stacks alone hear: else as ``skip``.

        Raises FloatingPointError where a context stack gives NaN or infinity.
        """
        ...

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        """Let the streams draw with other ``seeds``, one for each, from the next sample on."""
        ...

    def generate(
        self,
        state: State,
        biases: Biases,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        """Draw the next ``n`` ≥ 1 samples of every stream and move ``state`` on.

        ``guide``: how they hear them as their past, which changes nothing of what they are.

        ``local``: the condition of these samples, of the width ``config.local.encoded``; None where the
        model has none. Raises ValueError where they do not fit, and FloatingPointError where an activation is
        NaN or infinite.
        """
        ...

    def native(
        self,
        state: State,
        biases: Biases,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> Native | None:
        """What ``generate`` takes, for compiled code to make the samples piece by piece, the same ones.

        None where that cannot be, or ``state`` holds several streams. Raises ValueError as ``generate`` does.
        """
        ...

    def advance(
        self,
        state: State,
        biases: Biases,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        """Feed samples that are given: move ``state`` on as if every stream had drawn them.

        Returns the outputs [streams, n, config.outputs] float32 that stood before each of ``codes`` [n] was
        known; without ``outputs`` an engine may save the work for them, and returns [streams, 0, …].
        Raises as ``generate`` does.
        """
        ...
