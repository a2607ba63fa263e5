"""The causal layers of a WaveNet, pooled to frames, as one differentiable function that is fast on any CPU.

The same as ``network.layers``, but for roundings. torch makes each step over a whole crop, which leaves the
cache each time; here a tile of some frames goes through all layers before the next one does, and each crop of
a batch on a thread of its own. ``compiled_layers`` does it twice as fast where there is a C++ compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

TILE_FRAMES = 20
"""Of a tile that goes through all layers."""

Gradients = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


class Stack(NamedTuple):
    """What is the same at every step."""

    dilations: tuple[int, ...]
    pooling: int
    """Samples a frame."""
    picked: int
    """Every how many samples the layers' outputs are told one by one, for the next sample's distribution."""


class Layers(Protocol):
    """The layers of one crop; several threads may call it."""

    def forward(self, stack: Stack, offset: int, x: Tensor, *weights: Tensor) -> tuple[Any, Tensor, Tensor]:
        """What ``backward`` needs, frames and picked samples; ``x`` and weights as in ``PooledStack``."""
        ...

    def backward(
        self,
        stack: Stack,
        offset: int,
        saved: Any,
        d_frames: Tensor,
        d_picked: Tensor,
        dilated: Tensor,
        residual: Tensor,
    ) -> Gradients:
        """Gradients by ``x`` and the four kinds of weights; those by frames are of sums, not of means."""
        ...


class PooledStack(torch.autograd.Function):
    """``PooledStack.apply(layers, stack, threads, offset, x, dilated, bias, residual, residual_bias)``.

    ``x`` [B, R, T], the first layer's input, T whole frames; ``dilated`` [L, 2R, 2R], the older tap's columns
    first; ``bias`` [L, 2R]; ``residual`` [L, R, R]; ``residual_bias`` [L, R]. Returns every layer's gated
    output as the mean of each frame, [B, L · R, frames], and as it is at the samples ``offset``,
    ``offset + picked`` …, [B, L · R, those].
    """

    @staticmethod
    def forward(
        ctx: Any, layers: Layers, stack: Stack, threads: int, offset: int, x: Tensor, *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See the class."""
        with ThreadPoolExecutor(threads) as pool:
            each = list(pool.map(lambda crop: layers.forward(stack, offset, crop, *weights), x))
        ctx.layers, ctx.stack, ctx.threads, ctx.offset = layers, stack, threads, offset
        ctx.saved = [saved for saved, _, _ in each]
        ctx.save_for_backward(weights[0], weights[2])
        return torch.stack([frames for _, frames, _ in each]), torch.stack([picked for *_, picked in each])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_frames: Tensor, d_picked: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients by all but the first four."""
        dilated, residual = ctx.saved_tensors

        def crop(saved: Any, by_frame: Tensor, by_pick: Tensor) -> Gradients:
            return ctx.layers.backward(  # type: ignore[no-any-return]
                ctx.stack, ctx.offset, saved, by_frame, by_pick, dilated, residual
            )

        with ThreadPoolExecutor(ctx.threads) as pool:
            each = list(pool.map(crop, ctx.saved, d_frames / ctx.stack.pooling, d_picked))
        ctx.saved = None
        d_x = torch.stack([gradients[0] for gradients in each])
        totals = [torch.stack(parts).sum(0) for parts in zip(*(g[1:] for g in each), strict=True)]
        return None, None, None, None, d_x, *totals


class Saved(NamedTuple):
    """What one crop's forward pass leaves for its backward pass."""

    inputs: Tensor
    """[L, R, T]: of each layer."""
    squashed: Tensor
    """[L, 2R, T]: sigmoid of twice the filters' and of the gates' preactivations; becomes their gradient."""
    gated: Tensor
    """[L, R, T]."""


class TorchLayers:
    """The layers in torch, on any processor."""

    @torch.no_grad()
    def forward(self, stack: Stack, offset: int, x: Tensor, *weights: Tensor) -> tuple[Saved, Tensor, Tensor]:
        """See ``Layers``."""
        (width, time), layers = x.shape, len(stack.dilations)
        dilated, bias, residual, residual_bias = weights
        saved = Saved(*(x.new_empty(layers, rows, time) for rows in (width, 2 * width, width)))
        doubled = torch.ones(2 * width, 1)
        doubled[:width] = 2.0  # tanh(a) = 2 σ(2a) - 1
        older, newer = dilated[:, :, :width] * doubled, dilated[:, :, width:] * doubled
        bias = bias.unsqueeze(-1) * doubled
        saved.inputs[0] = x
        for start, end in _tiles(stack, time):
            for layer, dilation in enumerate(stack.dilations):
                inputs, z = saved.inputs[layer], saved.gated[layer, :, start:end]
                h, a = inputs[:, start:end], saved.squashed[layer, :, start:end]
                torch.addmm(bias[layer], newer[layer], h, out=a)
                first = max(start, dilation)
                if first < end:
                    a[:, first - start :].addmm_(older[layer], inputs[:, first - dilation : end - dilation])
                a.sigmoid_()
                torch.mul(a[:width], 2.0, out=z).sub_(1.0).mul_(a[width:])
                if layer + 1 < layers:
                    following = saved.inputs[layer + 1, :, start:end]
                    torch.addmm(residual_bias[layer].unsqueeze(-1), residual[layer], z, out=following).add_(h)
        rows = layers * width
        picked = saved.gated[:, :, offset :: stack.picked].reshape(rows, -1)
        return saved, saved.gated.view(rows, -1, stack.pooling).mean(-1), picked

    @torch.no_grad()
    def backward(
        self,
        stack: Stack,
        offset: int,
        saved: Saved,
        d_frames: Tensor,
        d_picked: Tensor,
        dilated: Tensor,
        residual: Tensor,
    ) -> Gradients:
        """See ``Layers``."""
        layers, width, time = saved.inputs.shape
        older, newer = dilated[:, :, :width].mT, dilated[:, :, width:].mT
        by_frame, by_pick = d_frames.view(layers, width, -1), d_picked.view(layers, width, -1)
        d_x = saved.inputs.new_empty(width, time)
        d_dilated, d_bias = torch.zeros_like(dilated), dilated.new_zeros(layers, 2 * width)
        d_residual, d_residual_bias = torch.zeros_like(residual), residual.new_zeros(layers, width)
        for start, end in reversed(_tiles(stack, time)):
            d_h = d_x[:, start:end].zero_()
            for layer in reversed(range(layers)):
                dilation, inputs, gradient = (
                    stack.dilations[layer],
                    saved.inputs[layer],
                    saved.squashed[layer],
                )
                z, s = saved.gated[layer, :, start:end], gradient[:, start:end]
                if layer + 1 < layers:
                    d_residual[layer].addmm_(d_h, z.mT)
                    d_residual_bias[layer] += d_h.sum(1)
                d_z = residual[layer].mT @ d_h if layer + 1 < layers else torch.zeros_like(z)
                frames = by_frame[layer, :, start // stack.pooling : end // stack.pooling]
                d_z.view(width, -1, stack.pooling).add_(frames.unsqueeze(-1))
                first, after = (max(0, -(-(at - offset) // stack.picked)) for at in (start, end))
                at = offset + first * stack.picked - start
                if first < after:
                    d_z[:, at :: stack.picked] += by_pick[layer, :, first:after]
                through = s[:width] - s[:width] * s[:width]
                through.mul_(d_z).mul_(s[width:]).mul_(4.0)
                d_z.mul_(z)
                torch.addcmul(d_z, d_z, s[width:], value=-1.0, out=s[width:])
                s[:width] = through
                d_bias[layer] += s.sum(1)
                d_dilated[layer, :, width:].addmm_(s, inputs[:, start:end].mT)
                begin, upto = max(start, dilation), min(end, time - dilation)
                if begin < end:
                    past = inputs[:, begin - dilation : end - dilation].mT
                    d_dilated[layer, :, :width].addmm_(gradient[:, begin:end], past)
                d_h.addmm_(newer[layer], s)
                if start < upto:
                    later = gradient[:, start + dilation : upto + dilation]
                    d_h[:, : upto - start].addmm_(older[layer], later)
        return d_x, d_dilated, d_bias, d_residual, d_residual_bias


def _tiles(stack: Stack, time: int) -> Sequence[tuple[int, int]]:
    length = TILE_FRAMES * stack.pooling
    return [(start, min(start + length, time)) for start in range(0, time, length)]
