"""What streams of the card's kernel need to go on: on the card, but for where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from engine.kernels.base import State
from engine.kernels.gpu.device import Buffer, Device


@dataclass
class GpuState:
    """Streams in lockstep."""

    rings: Buffer
    """[streams, rows, R] float32: as ``state.StreamState.histories``."""
    previous: Buffer
    """[streams] int32: code of the last sample as the stream hears it."""
    seeds: Buffer
    """[streams] uint64."""
    streams: int
    position: int = 0
    """Samples drawn or primed so far: the index of the next one, and its random counter."""

    @classmethod
    def own(cls, state: State) -> GpuState:
        """``state``, which must be one of these. Raises TypeError on another kernel's."""
        if not isinstance(state, cls):
            raise TypeError(f"{type(state).__name__} is not a state of this kernel")
        return state

    def copy(self, device: Device) -> GpuState:
        """An independent copy. Raises DeviceFault."""
        rings, previous, seeds = (device.copy(each) for each in (self.rings, self.previous, self.seeds))
        return GpuState(rings, previous, seeds, self.streams, self.position)
