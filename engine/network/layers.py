"""What WaveNet's stacks are made of, as torch modules for training: causal layers and context stacks.

Everything runs on [B, T, C] tensors, so that every convolution is one matrix product.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.wavenet.config import ContextConfig


class CausalLayer(nn.Module):
    """A dilated causal convolution with gated units and a residual connection (sections 2.1-2.5)."""

    def __init__(
        self,
        taps: int,
        dilation: int,
        residual: int,
        gate: int,
        *,
        condition: int = 0,
        local: int = 0,
        residual_scale: float = 1.0,
    ) -> None:
        """``condition``, ``local``: widths of the global and the local condition, 0 for none."""
        super().__init__()
        self.taps, self.dilation, self.residual_scale = taps, dilation, residual_scale
        self.dilated = nn.Linear(taps * residual, 2 * gate)  # taps: oldest first
        self.condition = nn.Linear(condition, 2 * gate, bias=False) if condition else None
        self.local = nn.Linear(local, 2 * gate, bias=False) if local else None
        self.residual = nn.Linear(gate, residual)

    def forward(
        self, x: Tensor, condition: Tensor | None = None, local: Tensor | None = None, hop: int = 1
    ) -> tuple[Tensor, Tensor]:
        """``x`` [B, T, R], the global ``condition`` [B, C], the ``local`` one [B, F, L].

        A row of ``local`` is for ``hop`` samples; F · hop must reach T. Returns the next layer's x
        [B, T, R] and h [B, T, G].
        """
        past = [delay(x, tap * self.dilation) for tap in range(self.taps - 1, 0, -1)]
        z = self.dilated(torch.cat([*past, x], dim=-1))  # [B, T, 2G]
        if self.condition is not None and condition is not None:
            z = z + self.condition(condition).float().unsqueeze(1)
        if self.local is not None and local is not None:
            z = z + held(self.local(local), hop, x.shape[1])
        filter_, gate = z.chunk(2, dim=-1)
        h = torch.tanh(filter_) * torch.sigmoid(gate)  # equations 2 and 3
        return (x + self.residual(h)) * self.residual_scale, h


class ContextStack(nn.Module):
    """A smaller stack at a lower rate, heard by the main one (section 2.6)."""

    def __init__(self, config: ContextConfig) -> None:
        super().__init__()
        self.pooling = config.pooling
        residual, gate = config.residual_channels, config.gate_channels
        self.input = nn.Linear(config.pooling, residual)  # a convolution that strides as far as it is wide
        self.layers = nn.ModuleList(
            CausalLayer(config.kernel_size, dilation, residual, gate) for dilation in config.dilations
        )
        self.skip = nn.Linear(len(config.dilations) * gate, config.channels)

    def forward(self, amplitudes: Tensor) -> Tensor:
        """``amplitudes`` [B, T] float in ±1, the samples themselves, to features [B, T, channels].

        The features at t come from the last whole step before the step that t lies in, so they know
        no sample from t on; in the first ``pooling`` samples they are zeros.
        """
        batch, length = amplitudes.shape
        whole = length // self.pooling
        steps = amplitudes[:, : whole * self.pooling].float().view(batch, whole, self.pooling)
        x = self.input(steps).float()  # [B, steps, R]
        gated = []
        for layer in self.layers:
            x, h = layer(x)
            gated.append(h)
        rows = F.pad(self.skip(torch.cat(gated, dim=-1)), (0, 0, 1, 0))  # a step later, zeros first
        return rows.repeat_interleave(self.pooling, dim=1)[:, :length]


def held(rows: Tensor, hop: int, samples: int) -> Tensor:
    """``rows`` [B, F, C], each for ``hop`` samples: [B, samples, C]."""
    if hop == 1:
        return rows
    batch, frames, channels = rows.shape
    # As float32, and expanded, not indexed: the compiler cannot yet sum the gradient in bfloat16.
    wide = rows.float().unsqueeze(2).expand(batch, frames, hop, channels)
    return wide.reshape(batch, frames * hop, channels)[:, :samples]


def delay(x: Tensor, samples: int) -> Tensor:
    """``x`` [B, T, C] shifted ``samples`` later, zeros first: what it was that long ago."""
    length = x.shape[1]
    return F.pad(x, (0, 0, samples, 0))[:, :length]
