"""Memory that a forward pass fills for its backward pass, kept from step to step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

Shape = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Workspace:
    """What one forward pass leaves for its backward pass, and memory for that one; all bfloat16."""

    shape: Shape
    inputs: Tensor
    """[L, B, T, R]: the input of each layer."""
    preactivations: Tensor
    """[L, B, T, 2G]: what goes into the gates, the ``z`` of ``forward.h``."""
    gated: Tensor
    """[B, T, L · G]: gated outputs, its ``h``."""
    d_preactivations: Tensor
    """[2, B, T, 2G]: of two layers, the ``d_z`` of ``backward.h``."""


class Workspaces:
    """The workspaces that nobody uses, of one shape: crops of another length come only when a stage ends."""

    def __init__(self) -> None:
        self._free: list[Workspace] = []

    def take(self, batch: int, time: int, layers: int, residual: int, gate: int) -> Workspace:
        """A workspace of this shape, whatever was in it before; B, T, L, R, G."""
        shape = (batch, time, layers, residual, gate)
        self._free = [workspace for workspace in self._free if workspace.shape == shape]
        if self._free:
            return self._free.pop()

        def empty(*sizes: int) -> Tensor:
            return torch.empty(sizes, dtype=torch.bfloat16)

        return Workspace(
            shape,
            inputs=empty(layers, batch, time, residual),
            preactivations=empty(layers, batch, time, 2 * gate),
            gated=empty(batch, time, layers * gate),
            d_preactivations=empty(2, batch, time, 2 * gate),
        )

    def give_back(self, workspace: Workspace) -> None:
        """Nobody reads what is in ``workspace`` any more."""
        self._free.append(workspace)
