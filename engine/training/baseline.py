"""The WaveNet that most training code has: convolutions over [B, C, T], float32, eager, Adam.

Something to hold our own training step against (``throughput``); nothing is trained with it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.wavenet.config import ModelConfig
from engine.wavenet.mulaw import LEVELS


class BaselineLayer(nn.Module):
    """A dilated convolution for filter and gate, then 1x1 convolutions to residual and skip (section 2.4)."""

    def __init__(self, config: ModelConfig, dilation: int) -> None:
        super().__init__()
        residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
        self.past = (config.kernel_size - 1) * dilation
        self.dilated = nn.Conv1d(residual, 2 * gate, config.kernel_size, dilation=dilation)
        self.residual = nn.Conv1d(gate, residual, 1)
        self.skip = nn.Conv1d(gate, skip, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """``x`` [B, R, T]; returns the next layer's [B, R, T] and the skip output [B, S, T]."""
        filter_, gate = self.dilated(F.pad(x, (self.past, 0))).chunk(2, dim=1)
        h = torch.tanh(filter_) * torch.sigmoid(gate)
        return x + self.residual(h), self.skip(h)


class BaselineWaveNet(nn.Module):
    """One-hot mu-law codes in, 256 logits out; of the same layers and channels as a model of ``config``."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.first = nn.Conv1d(LEVELS, config.residual_channels, 1)
        self.layers = nn.ModuleList(BaselineLayer(config, dilation) for dilation in config.dilations)
        self.head = nn.Conv1d(config.skip_channels, config.head_channels, 1)
        self.output = nn.Conv1d(config.head_channels, LEVELS, 1)

    def forward(self, codes: Tensor) -> Tensor:
        """Logits [B, 256, T] of each next sample after ``codes`` [B, T] int64."""
        x = self.first(F.one_hot(codes, LEVELS).float().transpose(1, 2))
        total: Tensor | float = 0.0
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        assert isinstance(total, Tensor)
        logits: Tensor = self.output(F.relu(self.head(F.relu(total))))
        return logits
