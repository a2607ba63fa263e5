"""Memory that a forward pass fills for its backward pass, kept from step to step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

Shape = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Room:
    """What one forward pass leaves for its backward pass, and room for that; all bfloat16."""

    shape: Shape
    inputs: Tensor
    """[L, B, T, R]: of each layer."""
    z: Tensor
    """[L, B, T, 2G]: what goes into the gates."""
    h: Tensor
    """[B, T, L · G]: gated outputs."""
    d_z: Tensor
    """[2, B, T, 2G]: of two layers."""


class Rooms:
    """The rooms that nobody uses, of one shape: crops of another length come only when a stage ends."""

    def __init__(self) -> None:
        self._free: list[Room] = []

    def take(self, batch: int, time: int, layers: int, residual: int, gate: int) -> Room:
        """A room of this shape, whatever was in it before; B, T, L, R, G."""
        shape = (batch, time, layers, residual, gate)
        self._free = [room for room in self._free if room.shape == shape]
        if self._free:
            return self._free.pop()

        def empty(*sizes: int) -> Tensor:
            return torch.empty(sizes, dtype=torch.bfloat16)

        return Room(
            shape,
            inputs=empty(layers, batch, time, residual),
            z=empty(layers, batch, time, 2 * gate),
            h=empty(batch, time, layers * gate),
            d_z=empty(2, batch, time, 2 * gate),
        )

    def give_back(self, room: Room) -> None:
        """Nobody reads what is in ``room`` any more."""
        self._free.append(room)
