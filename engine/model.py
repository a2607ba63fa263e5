"""WaveNet (van den Oord et al. 2016, arXiv 1609.03499): the parallel forward, for training.

Everything runs on [B, T, C] tensors, so that every convolution is one matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import ModelConfig
from engine.mulaw import LEVELS


class CausalLayer(nn.Module):
    """A dilated causal convolution with gated units and a residual connection (sections 2.1-2.4)."""

    def __init__(self, config: ModelConfig, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.taps = config.kernel_size
        self.residual_scale = config.residual_scale
        residual, gate = config.residual_channels, config.gate_channels
        self.dilated = nn.Linear(self.taps * residual, 2 * gate)  # taps: oldest first
        self.condition = (
            nn.Linear(config.condition_channels, 2 * gate, bias=False) if config.conditioned else None
        )
        self.residual = nn.Linear(gate, residual)

    def forward(self, x: Tensor, condition: Tensor | None) -> tuple[Tensor, Tensor]:
        """``x`` [B, T, R] and the global ``condition`` [B, C] to the next x and to h [B, T, G]."""
        past = [delay(x, tap * self.dilation) for tap in range(self.taps - 1, 0, -1)]
        z = self.dilated(torch.cat([*past, x], dim=-1))  # [B, T, 2G]
        if self.condition is not None and condition is not None:
            z = z + self.condition(condition).float().unsqueeze(1)
        filter_, gate = z.chunk(2, dim=-1)
        h = torch.tanh(filter_) * torch.sigmoid(gate)  # equation 2
        return (x + self.residual(h)) * self.residual_scale, h


class WaveNet(nn.Module):
    """The distribution of each next sample, given all samples before it (equation 1)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
        choices = len(config.tags) + len(config.speakers)
        self.embedding = nn.Embedding(LEVELS, residual)
        self.condition = (
            nn.Linear(choices, config.condition_channels, bias=False) if config.conditioned else None
        )
        self.layers = nn.ModuleList(CausalLayer(config, dilation) for dilation in config.dilations)
        # The sum of every layer's skip connection is one product with all gated outputs side by side.
        self.skip = nn.Linear(config.layers * gate, skip)
        self.skip_condition = (
            nn.Linear(config.condition_channels, skip, bias=False) if config.conditioned else None
        )
        self.head = nn.Linear(skip, config.head_channels)
        self.output = nn.Linear(config.head_channels, LEVELS)
        self._initialise()

    def forward(self, codes: Tensor, choices: Tensor | None = None) -> Tensor:
        """Logits [B, T, 256] of the sample after each of ``codes`` [B, T] (mu-law, int64).

        ``choices`` [B, n_tags + n_speakers] float: see ``conditioning.condition_inputs``. What lies
        before the first code counts as zeros in every layer, as in an empty stream.
        """
        condition = None if self.condition is None or choices is None else self.condition(choices)
        x = self.embedding(codes)  # [B, T, R]
        gated = []
        for layer in self.layers:
            x, h = layer(x, condition)
            gated.append(h)
        skip = self.skip(torch.cat(gated, dim=-1)) * self.config.skip_scale  # [B, T, S]
        if self.skip_condition is not None and condition is not None:
            skip = skip + self.skip_condition(condition).float().unsqueeze(1)
        return self.output(F.relu(self.head(F.relu(skip))))  # type: ignore[no-any-return]

    def _initialise(self) -> None:
        """Start as an almost straight wire whose neighbouring codes already look alike.

        Residual outputs start near zero (a fresh layer passes its input on); the embedding and the
        output layer start as smooth functions of the code, so that the order of the 256 classes
        does not have to be learnt first.
        """
        codes = smooth_features(LEVELS, self.config.residual_channels)
        with torch.no_grad():
            self.embedding.weight.copy_(codes)
            scale = 1.0 / math.sqrt(self.config.head_channels)
            self.output.weight.copy_(smooth_features(LEVELS, self.config.head_channels) * scale)
            self.output.bias.zero_()
            for layer in self.layers:
                layer.residual.weight.mul_(0.3)  # type: ignore[union-attr, operator]
                layer.residual.bias.zero_()  # type: ignore[union-attr, operator]
            if self.condition is not None:
                self.condition.weight.normal_(0.0, 0.5)


def delay(x: Tensor, samples: int) -> Tensor:
    """``x`` [B, T, C] shifted ``samples`` later, zeros first: what it was that long ago."""
    length = x.shape[1]
    return F.pad(x, (0, 0, samples, 0))[:, :length]


def smooth_features(levels: int, channels: int) -> Tensor:
    """[levels, channels] random smooth functions of the level with variance near 1.

    Random Fourier features (Rahimi and Recht 2007) of a Gaussian kernel over ±1, of several widths.
    """
    position = torch.linspace(-1.0, 1.0, levels).unsqueeze(1)
    widths = torch.logspace(0.0, 1.5, channels)[torch.randperm(channels)]
    frequency = torch.randn(channels) * widths
    phase = torch.rand(channels) * 2 * math.pi
    return math.sqrt(2.0) * torch.cos(position * frequency + phase)


def cross_entropy_bits(logits: Tensor, targets: Tensor) -> Tensor:
    """Bits of each target code [B, T] int64 under ``logits`` [B, T, 256]; float32 [B, T]."""
    nats = F.cross_entropy(logits.float().flatten(0, -2), targets.flatten(), reduction="none")
    return nats.view(targets.shape) / math.log(2.0)


def count_weights(model: nn.Module, exclude: Sequence[str] = ()) -> int:
    """Number of weights in all parameters whose name starts with none of ``exclude``."""
    return sum(p.numel() for n, p in model.named_parameters() if not n.startswith(tuple(exclude)))
