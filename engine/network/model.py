"""WaveNet (van den Oord et al. 2016, arXiv 1609.03499): the parallel forward, for training.

Everything runs on [B, T, C] tensors, so that every convolution is one matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.network.layers import CausalLayer, ContextStack
from engine.network.upsampler import FrameNet, upsampler
from engine.wavenet.config import ModelConfig
from engine.wavenet.mulaw import LEVELS

SumOfSkips = Callable[[Tensor, Tensor | None, Tensor | None, int], Tensor]
"""See ``WaveNet.sum_of_skips``."""
START_LOG_SCALE = -2.3
"""Natural log of about 0.1, the loudness of much recorded sound."""


class WaveNet(nn.Module):
    """The distribution of each next sample, given all samples before it (equation 1)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
        condition = config.condition_channels if config.conditioned else 0
        self.embedding = nn.Embedding(LEVELS, residual) if config.input == "embedding" else None
        self.input = nn.Linear(1, residual) if config.input == "scalar" else None
        self.condition = nn.Linear(config.choices, condition, bias=False) if condition else None
        self.frame_net = FrameNet(config.local) if config.local and config.local.encoder else None
        self.upsample = upsampler(config.local) if config.local else None
        self.contexts = nn.ModuleList(ContextStack(context) for context in config.contexts)
        self.layers = nn.ModuleList(
            CausalLayer(
                config.kernel_size,
                dilation,
                residual,
                gate,
                condition=condition,
                local=config.local_channels,
                residual_scale=config.residual_scale,
            )
            for dilation in config.dilations
        )
        # The sum of every layer's skip connection is one product with all gated outputs side by side.
        self.skip = nn.Linear(config.layers * gate, skip)
        self.skip_condition = nn.Linear(condition, skip, bias=False) if condition else None
        self.head = nn.Linear(skip, config.head_channels)
        self.output = nn.Linear(config.head_channels, config.outputs)
        self._initialise()

    def forward(
        self,
        inputs: Tensor,
        choices: Tensor | None = None,
        frames: Tensor | None = None,
        amplitudes: Tensor | None = None,
        sum_of_skips: SumOfSkips | None = None,
    ) -> Tensor:
        """Outputs [B, T, config.outputs]: the distribution of sample t, for each t of a crop.

        ``inputs`` [B, T]: the samples before, t - 1, as ``codes.as_inputs`` gives them: int64
        codes for an embedding, float32 for a scalar input. ``choices`` [B, config.choices] float: see
        ``conditioning.condition_inputs``. ``frames`` [B, F, channels] float: features, the first of
        which begins at sample 0; None stands for features of zero at every sample. ``amplitudes``
        [B, T] float in ±1: samples t themselves, for the context stacks, which tell sample t only of
        those before it; raises ValueError where they are missing. ``sum_of_skips`` does what the method
        of that name does, in another way.

        What lies before the first sample counts as zeros in every layer, as in an empty stream.
        """
        condition = None if self.condition is None or choices is None else self.condition(choices)
        local, hop = self._local(inputs, frames, amplitudes)
        layers = self.sum_of_skips if sum_of_skips is None else sum_of_skips
        skip = layers(self._enter(inputs), condition, local, hop) * self.config.skip_scale
        if self.skip_condition is not None and condition is not None:
            skip = skip + self.skip_condition(condition).float().unsqueeze(1)
        hidden = F.relu(self.head(F.relu(skip)))
        if self.config.output == "softmax":
            return self.output(hidden)  # type: ignore[no-any-return]
        with torch.autocast(hidden.device.type, enabled=False):  # 16-bit means need more than bfloat16
            return self.output(hidden.float())  # type: ignore[no-any-return]

    def sum_of_skips(self, x: Tensor, condition: Tensor | None, local: Tensor | None, hop: int) -> Tensor:
        """``x`` [B, T, R] through all layers: the sum of their skip outputs [B, T, S].

        The conditions are as ``layers.CausalLayer`` takes them.
        """
        gated = []
        for layer in self.layers:
            x, h = layer(x, condition, local, hop)
            gated.append(h)
        return self.skip(torch.cat(gated, dim=-1))  # type: ignore[no-any-return]

    def _enter(self, inputs: Tensor) -> Tensor:
        """The first layer's x [B, T, R]."""
        if self.embedding is not None:
            return self.embedding(inputs)  # type: ignore[no-any-return]
        assert self.input is not None
        return inputs.unsqueeze(-1) * self.input.weight[:, 0] + self.input.bias

    def _local(
        self, inputs: Tensor, frames: Tensor | None, amplitudes: Tensor | None
    ) -> tuple[Tensor | None, int]:
        """The local condition [B, F, config.local_channels] and how many samples a row of it is for.

        The frames' features come first, then each context stack's. Frames that are only repeated stay
        frames: projecting them before they are repeated is the same, and costs a hop's part.
        """
        config, (batch, length) = self.config, inputs.shape
        if self.upsample is None and not self.contexts:
            return None, 1
        if config.local is not None and frames is None:
            count = -(-length // config.local.hop)
            frames = torch.zeros(batch, count, config.local.encoded, device=inputs.device)
        elif self.frame_net is not None:
            frames = self.frame_net(frames)
        features = []
        if self.upsample is not None and frames is not None:
            if self.upsample.repeats and not self.contexts:
                return self.upsample.extended(frames, length), self.upsample.config.hop
            features.append(self.upsample(frames, length))
        if self.contexts:
            if amplitudes is None:
                raise ValueError("a model with context stacks needs the samples' amplitudes")
            features.extend(stack(amplitudes) for stack in self.contexts)
        return torch.cat(features, dim=-1), 1

    def _initialise(self) -> None:
        """Start as an almost straight wire whose neighbouring codes already look alike.

        Residual outputs start near zero (a fresh layer passes its input on); an embedding and a
        softmax start as smooth functions of the code, so that the order of the 256 classes does not
        have to be learnt first. Continuous distributions start wide, and components apart.
        """
        config = self.config
        stacks = [self.layers, *(stack.layers for stack in self.contexts)]
        with torch.no_grad():
            if self.embedding is not None:
                self.embedding.weight.copy_(smooth_features(LEVELS, config.residual_channels))
            scale = 1.0 / math.sqrt(config.head_channels)
            if config.output == "softmax":
                self.output.weight.copy_(smooth_features(LEVELS, config.head_channels) * scale)
                self.output.bias.zero_()
            else:
                self.output.weight.mul_(0.1)
                self.output.bias.copy_(start_of_outputs(config))
            for layer in (layer for stack in stacks for layer in stack):  # type: ignore[union-attr]
                layer.residual.weight.mul_(0.3)
                layer.residual.bias.zero_()
            if self.condition is not None:
                self.condition.weight.normal_(0.0, 0.5)
            if config.local is not None and config.local.features == "roll":
                for layer in self.layers:  # at first a score means nothing
                    layer.local.weight.zero_()  # type: ignore[union-attr, operator]


def start_of_outputs(config: ModelConfig) -> Tensor:
    """[config.outputs]: equal logits, means spread over half of full scale, scales of about 0.1."""
    if config.output == "gaussian":
        return torch.tensor([0.0, START_LOG_SCALE])
    count = config.components
    means = torch.linspace(-0.5, 0.5, count) if count > 1 else torch.zeros(1)
    return torch.cat([torch.zeros(count), means, torch.full((count,), START_LOG_SCALE)])


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
