"""All causal layers and the sum of their skip outputs as one differentiable function of torch tensors.

The same as the model's own layers under bfloat16 autocast, but for roundings; the work is ``stack.cpp``'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from engine.training.fused.build import Library
from engine.training.fused.workspace import Workspaces

PART = 4608
"""Samples, or more: sums over time are made part by part, see ``thread_team.h``."""
MOST_PARTS = 64
BLOCK = 64
"""Outputs that lie side by side in a packed matrix; half of it where they are no multiple."""


@dataclass(frozen=True)
class Layers:
    """What is the same at every step: the layers' shape, and where the work is done."""

    dilations: tuple[int, ...]
    taps: int
    residual_scale: float
    library: Library
    workspaces: Workspaces


class Stack(torch.autograd.Function):
    """``Stack.apply(layers, x, bias, hop, dilated, residual, residual_bias, skip)``.

    ``x`` [B, T, R], the first layer's input; ``bias`` [L, B, F, 2G] of the dilated convolutions, a row for
    ``hop`` samples, F · hop ≥ T; ``dilated`` [L, 2G, taps · R], ``residual`` [L, R, G], ``residual_bias``
    [L, R] and ``skip`` [S, L · G] as the model's modules hold them, stacked; all float32, R and G multiples
    of 32. Returns the sum of the skip outputs without a bias, bfloat16 [B, T, S].
    """

    @staticmethod
    def forward(
        ctx: Any,
        layers: Layers,
        x: Tensor,
        bias: Tensor,
        hop: int,
        dilated: Tensor,
        residual: Tensor,
        residual_bias: Tensor,
        skip: Tensor,
    ) -> Tensor:
        """See the class."""
        (batch, time, width), (count, double, _) = x.shape, dilated.shape
        gate, threads = double // 2, torch.get_num_threads()
        parts = max(1, min(MOST_PARTS, batch * time // PART))
        amx = layers.library.amx and len(skip) % (BLOCK // 2) == 0
        sizes = (
            *(batch, time, count, layers.taps, width, gate, len(skip)),
            *(bias.shape[2], hop, parts, threads, amx),
        )
        workspace = layers.workspaces.take(batch, time, count, width, gate)
        layers.library.forward(
            sizes,
            layers.residual_scale,
            layers.dilations,
            x.float().clone(memory_format=torch.contiguous_format),
            *(workspace.inputs, workspace.preactivations, workspace.gated),
            *(pack(interleaved(dilated)), bias.contiguous()),
            *(pack(residual.mT), residual_bias),
        )
        lowered = skip.bfloat16()
        ctx.save_for_backward(dilated, residual, lowered)
        ctx.layers, ctx.sizes, ctx.workspace = layers, sizes, workspace
        return torch.mm(workspace.gated.view(batch * time, -1), lowered.mT).view(batch, time, -1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_skip: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients by everything but ``layers`` and ``hop``, float32."""
        dilated, residual, skip = ctx.saved_tensors
        layers, workspace = ctx.layers, ctx.workspace
        if workspace is None:
            raise RuntimeError("the fused layers' backward pass can be made once only")
        batch, time, count, taps, width, gate, _, frames, _, parts, *_ = ctx.sizes
        rows = d_skip.reshape(batch * time, -1).bfloat16().contiguous()
        gated = workspace.gated.view(batch * time, -1)
        by_layer = skip.view(-1, count, gate).transpose(0, 1)  # [L, S, G]
        by_tap = dilated.view(count, 2 * gate, taps, width).transpose(1, 2)  # [L, taps, 2G, R]
        d_x = torch.empty(batch, time, width)
        totals = (
            torch.zeros(parts, count, 2 * gate, taps * width),
            torch.zeros(parts, count, batch, frames, 2 * gate),
            torch.zeros(parts, count, width, gate),
            torch.zeros(parts, count, width),
        )
        layers.library.backward(
            ctx.sizes,
            layers.residual_scale,
            layers.dilations,
            *(workspace.inputs, workspace.preactivations, workspace.gated, rows),
            *(pack(by_tap.flatten(0, 1)), pack(residual), pack(by_layer)),
            *(d_x, workspace.d_preactivations, *totals),
        )
        d_skips = torch.mm(rows.mT, gated).float()
        ctx.workspace = None
        layers.workspaces.give_back(workspace)
        d_dilated, d_bias, d_residual, d_residual_bias = (total.sum(0) for total in totals)
        return None, d_x, d_bias, None, d_dilated, d_residual, d_residual_bias, d_skips


def pack(matrices: Tensor) -> Tensor:
    """[N, inputs, outputs] as ``products.h`` takes them, bfloat16; widths are multiples of 32."""
    count, inputs, outputs = matrices.shape
    block = BLOCK if outputs % BLOCK == 0 else BLOCK // 2
    blocks = matrices.reshape(count, inputs // 2, 2, outputs // block, block)
    return blocks.permute(0, 3, 1, 4, 2).bfloat16().contiguous()


def interleaved(dilated: Tensor) -> Tensor:
    """``dilated`` [L, 2G, K] as [L, K, 2G], its outputs in turns 32 filters and 32 gates."""
    count, double, inputs = dilated.shape
    alternating = dilated.view(count, 2, double // BLOCK, BLOCK // 2, inputs).transpose(1, 2)
    return alternating.reshape(count, double, inputs).mT
