"""The net that hears phones: causal layers, pooling, convolutions over frames, two heads (section 3.4)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.network.initialise import smooth_features
from engine.speech.recognition.classes import CLASSES
from engine.speech.recognition.shape import RecogniserShape
from engine.speech.recognition.sound import AMPLIFIED
from engine.training.phones.compiled_layers import best_layers
from engine.training.phones.trunk import PooledStack, Stack
from engine.wavenet.mulaw import DECODED, LEVELS

GAIN = 0.3
"""Of the random weights that layers begin with."""
FIRST_STEEPNESS, STEEPER, STEEPEST = 1.0, 2.0, 5
"""Of the first layer's gates for their own band; how many times as steep each further layer's are; the last
layer that is steeper."""
HEAD = 64
"""Channels between the layers and the next sample's distribution."""
LOWEST_HZ, HIGHEST = 90.0, 0.46
"""Where the first filters begin; the highest as a share of the sample rate."""
PICKED = 16
"""One of so many samples is predicted: their head would cost more than all layers."""


class Trunk(nn.Module):
    """Filters, a WaveNet's layers, and its own head, which tells the next sample."""

    def __init__(self, shape: RecogniserShape, threads: int = 1) -> None:
        super().__init__()
        count, width = len(shape.dilations), shape.channels
        self.stack, self.threads = Stack(shape.dilations, shape.hop, PICKED), threads
        self.layers = best_layers(width)
        self.bank = nn.Parameter(gammatones(width, shape.input_taps, shape.sample_rate))
        self.dilated = nn.Parameter(torch.empty(count, 2 * width, 2 * width))
        self.bias = nn.Parameter(torch.zeros(count, 2 * width))
        self.residual = nn.Parameter(torch.empty(count, width, width))
        self.residual_bias = nn.Parameter(torch.zeros(count, width))
        nn.init.uniform_(self.dilated, -(bound := GAIN * (2 * width) ** -0.5), bound)
        nn.init.uniform_(self.residual, -(bound := GAIN * width**-0.5), bound)
        self.skip = nn.Linear(count * width, HEAD)
        self.hidden = nn.Linear(HEAD, HEAD)
        self.output = nn.Linear(HEAD, LEVELS)
        with torch.no_grad():
            for layer in range(count):  # together the layers tell how loud a band is, faint or not
                steepness = FIRST_STEEPNESS * STEEPER ** min(layer, STEEPEST)
                bands = torch.eye(width) * steepness
                self.dilated[layer, :width, width:] += bands
                self.dilated[layer, width:, width:] += bands
            self.output.weight.copy_(smooth_features(LEVELS, HEAD) / math.sqrt(HEAD))
            self.output.bias.zero_()

    def forward(self, codes: Tensor, offset: int = 0) -> tuple[Tensor, Tensor]:
        """``codes`` [B, T] int64, T whole frames, as ``PooledStack`` has it: frames, and what was picked."""
        amplitudes = torch.from_numpy(DECODED)[codes].unsqueeze(1) * AMPLIFIED
        x = F.conv1d(F.pad(amplitudes, (self.bank.shape[1] - 1, 0)), self.bank.unsqueeze(1))
        return PooledStack.apply(  # type: ignore[no-untyped-call, no-any-return]
            *(self.layers, self.stack, self.threads, offset),
            *(x, self.dilated, self.bias, self.residual, self.residual_bias),
        )

    def next_sample_loss(self, picked: Tensor, codes: Tensor, offset: int) -> Tensor:
        """Nats by which the codes after the picked samples surprise; ``picked`` [B, L · R, P]."""
        targets = codes[:, offset + 1 :: PICKED]
        rows = picked[:, :, : targets.shape[1]].mT
        logits = self.output(F.relu(self.hidden(F.relu(self.skip(rows)))))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


class FrameHead(nn.Module):
    """Non-causal convolutions over frames, each added to what it was made of, and the classes."""

    def __init__(self, shape: RecogniserShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.taps = shape.taps
        self.norm = nn.BatchNorm1d(len(shape.dilations) * shape.channels, momentum=0.05, affine=False)
        self.inputs = nn.Linear(len(shape.dilations) * shape.channels, shape.width)
        self.convolutions = nn.ParameterList(
            nn.Parameter(
                torch.randn(shape.width, shape.width * shape.taps) * (shape.width * shape.taps) ** -0.5
            )
            for _ in range(shape.convolutions)
        )
        self.biases = nn.ParameterList(torch.zeros(shape.width) for _ in range(shape.convolutions))
        self.classes = nn.Linear(shape.width, len(CLASSES))
        self.dropout = nn.Dropout(dropout)

    def forward(self, pooled: Tensor) -> Tensor:
        """``pooled`` [B, L · R, F] to the logits of each frame's class, [B, F, classes]."""
        h = F.relu(self.inputs(self.norm(pooled).mT)).mT
        for matrix, bias in zip(self.convolutions, self.biases, strict=True):
            kernel = matrix.view(len(matrix), -1, self.taps)
            h = h + F.relu(F.conv1d(self.dropout(h), kernel, bias, padding=self.taps // 2))
        return self.classes(self.dropout(h).mT)  # type: ignore[no-any-return]


class PhoneNet(nn.Module):
    """Layers and convolutions, with the losses of both heads."""

    def __init__(self, shape: RecogniserShape, threads: int = 1) -> None:
        super().__init__()
        self.trunk, self.head = Trunk(shape, threads), FrameHead(shape, dropout=0.1)

    def losses(self, codes: Tensor, classes: Tensor, offset: int) -> tuple[Tensor, Tensor]:
        """Nats a frame of the right classes [B, F], those below 0 not counted; nats of a next sample."""
        pooled, picked = self.trunk(codes, offset)
        logits = self.head(pooled)
        frames = F.cross_entropy(logits.flatten(0, 1), classes.flatten(), ignore_index=-1)
        return frames, self.trunk.next_sample_loss(picked, codes, offset)


def gammatones(bands: int, taps: int, sample_rate: int) -> Tensor:
    """[bands, taps], the newest sample last: gammatone filters from LOWEST_HZ to nearly half the rate.

    Equally far from each other on the scale of equivalent rectangular bandwidths (Glasberg and Moore 1990),
    of order 4, each with a gain of 1 at its frequency.
    """
    ends = [21.4 * math.log10(1.0 + 0.00437 * hz) for hz in (LOWEST_HZ, HIGHEST * sample_rate)]
    hz = (10.0 ** (torch.linspace(ends[0], ends[1], bands).double() / 21.4) - 1.0) / 0.00437
    seconds = torch.arange(taps).double() / sample_rate
    width = 1.019 * 24.7 * (0.00437 * hz + 1.0)
    envelope = seconds**3 * torch.exp(-2.0 * math.pi * width[:, None] * seconds)
    filters = envelope * torch.cos(2.0 * math.pi * hz[:, None] * seconds)
    return (filters / (envelope.sum(1, keepdim=True) / 2.0)).flip(1).float()
