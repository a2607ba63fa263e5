"""The weights that training starts from."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.network.model import WaveNet
from engine.wavenet.config import ModelConfig
from engine.wavenet.mulaw import LEVELS

START_LOG_SCALE = -2.3
"""Natural log of about 0.1, the loudness of much recorded sound."""
RESIDUAL_GAIN = 0.3
OUTPUT_GAIN = 0.1
CONDITION_DEVIATION = 0.5


def fresh_model(config: ModelConfig) -> WaveNet:
    """A WaveNet that is an almost straight wire whose neighbouring codes already look alike.

    Residual outputs start near zero (a fresh layer passes its input on); an embedding and a softmax start
    as smooth functions of the code, so that the order of the 256 classes does not have to be learnt first.
    Continuous distributions start wide, and components apart. A score means nothing at first.
    Random numbers come from torch's global generator.
    """
    model = WaveNet(config)
    with torch.no_grad():
        if model.embedding is not None:
            model.embedding.weight.copy_(smooth_features(LEVELS, config.residual_channels))
        start_output(model.output, config)
        for stack in (model.layers, *(context.layers for context in model.contexts)):
            for layer in stack:  # type: ignore[union-attr]
                layer.residual.weight.mul_(RESIDUAL_GAIN)
                layer.residual.bias.zero_()
        if model.condition is not None:
            model.condition.weight.normal_(0.0, CONDITION_DEVIATION)
        if config.local is not None and config.local.features == "roll":
            for layer in model.layers:
                layer.local.weight.zero_()  # type: ignore[union-attr, operator]
    return model


def start_output(output: nn.Linear, config: ModelConfig) -> None:
    """Set the layer that gives the distribution's parameters: see ``fresh_model``."""
    if config.output == "softmax":
        scale = 1.0 / math.sqrt(config.head_channels)
        output.weight.copy_(smooth_features(LEVELS, config.head_channels) * scale)
        output.bias.zero_()
    else:
        output.weight.mul_(OUTPUT_GAIN)
        output.bias.copy_(start_of_outputs(config))


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
