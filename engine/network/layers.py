"""What WaveNet's stacks are made of: the gated causal layer, the stack of them, and context stacks.

Tensors are [B, T, C], the paper's [B, C, T] with the last two exchanged: so each convolution is one matrix
product. B crops, T samples, F frames; R residual, G gate, S skip channels.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.wavenet.config import ContextConfig


class LocalFeatures(NamedTuple):
    """What conditions samples one by one (the paper's y): a row of features for each ``hop`` samples."""

    rows: Tensor
    """[B, F, L]; F · hop reaches T."""
    hop: int


class CausalLayer(nn.Module):
    """A dilated causal convolution, a gated activation unit and a residual connection (figure 4)."""

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
        self.dilated = nn.Linear(taps * residual, 2 * gate)  # W_f above W_g; taps: oldest first
        self.condition = nn.Linear(condition, 2 * gate, bias=False) if condition else None  # V_f above V_g
        self.local = nn.Linear(local, 2 * gate, bias=False) if local else None
        self.residual = nn.Linear(gate, residual)

    def forward(
        self, x: Tensor, h: Tensor | None = None, y: LocalFeatures | None = None
    ) -> tuple[Tensor, Tensor]:
        """``x`` [B, T, R]; ``h`` [B, C] conditions all samples, ``y`` each of them (section 2.5).

        Returns the next layer's x [B, T, R] and this layer's z [B, T, G], from which its skip output is made.
        """
        past = [delay(x, tap * self.dilation) for tap in range(self.taps - 1, 0, -1)]
        a = self.dilated(torch.cat([*past, x], dim=-1))  # W * x: [B, T, 2G]
        if self.condition is not None and h is not None:
            a = a + self.condition(h).float().unsqueeze(1)  # + V h
        if self.local is not None and y is not None:
            a = a + repeated(self.local(y.rows), y.hop, x.shape[1])  # + V * y
        a_filter, a_gate = a.chunk(2, dim=-1)
        z = torch.tanh(a_filter) * torch.sigmoid(a_gate)  # equation 2: [B, T, G]
        return (x + self.residual(z)) * self.residual_scale, z


class CausalStack(nn.ModuleList):
    """Causal layers one after another, and the sum of their skip connections (section 2.4)."""

    def forward(
        self, x: Tensor, skip: nn.Linear, h: Tensor | None = None, y: LocalFeatures | None = None
    ) -> Tensor:
        """``x`` [B, T, R] through all layers: the sum of their skip outputs [B, T, S].

        ``skip`` holds the layers' skip weights side by side: the sum is one product with every layer's z.
        """
        gated = []
        for layer in self:
            x, z = layer(x, h, y)
            gated.append(z)
        return skip(torch.cat(gated, dim=-1))  # type: ignore[no-any-return]


class ContextStack(nn.Module):
    """A smaller stack at a lower rate, whose output conditions the main one locally (section 2.6)."""

    def __init__(self, config: ContextConfig) -> None:
        super().__init__()
        self.pooling = config.pooling
        residual, gate = config.residual_channels, config.gate_channels
        self.input = nn.Linear(config.pooling, residual)  # a convolution that strides as far as it is wide
        self.layers = CausalStack(
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
        features = self.layers(self.input(steps).float(), self.skip)  # [B, steps, channels]
        delayed = F.pad(features, (0, 0, 1, 0))  # a step later, zeros first
        return delayed.repeat_interleave(self.pooling, dim=1)[:, :length]


def delay(x: Tensor, samples: int) -> Tensor:
    """``x`` [B, T, C] shifted ``samples`` later, zeros first: what it was that long ago."""
    length = x.shape[1]
    return F.pad(x, (0, 0, samples, 0))[:, :length]


def repeated(rows: Tensor, hop: int, samples: int) -> Tensor:
    """``rows`` [B, F, C], each for ``hop`` samples: [B, samples, C]."""
    if hop == 1:
        return rows
    batch, frames, channels = rows.shape
    # As float32, and expanded, not indexed: the compiler cannot yet sum the gradient in bfloat16.
    wide = rows.float().unsqueeze(2).expand(batch, frames, hop, channels)
    return wide.reshape(batch, frames * hop, channels)[:, :samples]
