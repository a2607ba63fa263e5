"""Frames of features brought to the sample rate (section 2.5), as torch modules for training."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.wavenet.config import FRAME_TAPS, LocalConfig


class FrameNet(nn.Sequential):
    """Non-causal convolutions over frames, a ReLU after each: ``LocalConfig.encoder``."""

    def __init__(self, config: LocalConfig) -> None:
        widths = pairwise((config.channels, *config.encoder))
        super().__init__(*(nn.Conv1d(before, width, FRAME_TAPS) for before, width in widths))

    def forward(self, frames: Tensor) -> Tensor:
        """``frames`` [B, F, channels] to [B, F, encoded]; what lies beyond either end is like the end."""
        features = frames.float().transpose(1, 2)
        for convolution in self:
            padded = F.pad(features, (FRAME_TAPS // 2, FRAME_TAPS // 2), mode="replicate")
            features = F.relu(convolution(padded))
        return features.transpose(1, 2)


class Upsampler(nn.Module):
    """``repeat`` and ``linear``: nothing to learn."""

    def __init__(self, config: LocalConfig) -> None:
        super().__init__()
        self.config = config

    @property
    def repeats(self) -> bool:
        """Whether a frame is all that bears on each of its samples."""
        return self.config.upsampling == "repeat"

    def extended(self, frames: Tensor, samples: int) -> Tensor:
        """``frames`` [B, F, C] cut, or the last one repeated, to as many as ``samples`` need."""
        wanted = -(-samples // self.config.hop)
        missing = wanted - frames.shape[1]
        if missing <= 0:
            return frames[:, :wanted]
        return torch.cat([frames, frames[:, -1:].expand(-1, missing, -1)], dim=1)

    def forward(self, frames: Tensor, samples: int) -> Tensor:
        """``frames`` [B, F, C], the first of which begins at the first sample, to [B, samples, C].

        Beyond the last frame the features stay what they were at the last sample.
        """
        features = self.upsampled(frames.float().transpose(1, 2))[:, :, :samples]  # [B, C, T]
        missing = samples - features.shape[2]
        return F.pad(features, (0, max(0, missing)), mode="replicate").transpose(1, 2)

    def upsampled(self, frames: Tensor) -> Tensor:
        """[B, C, F] to [B, C, F · hop]."""
        if self.config.upsampling == "linear":
            return F.interpolate(frames, scale_factor=float(self.config.hop), mode="linear")
        return frames.repeat_interleave(self.config.hop, dim=2)


class TransposedUpsampler(Upsampler):
    """A learnt transposed convolution, one filter of two hops a channel."""

    def __init__(self, config: LocalConfig) -> None:
        super().__init__(config)
        self.weight = nn.Parameter(torch.empty(config.channels, 2 * config.hop))
        with torch.no_grad():
            self.weight.copy_(triangle(config.hop))

    def upsampled(self, frames: Tensor) -> Tensor:
        """[B, C, F] to [B, C, F · hop]."""
        hop = self.config.hop
        wide = F.conv_transpose1d(
            frames, self.weight.unsqueeze(1), stride=hop, padding=hop // 2, groups=self.config.channels
        )
        return wide[:, :, : frames.shape[2] * hop]  # an odd hop makes one too many


class StretchedUpsampler(Upsampler):
    """A convolution over frames; then, for each scale, frames repeated and smoothed by a learnt filter."""

    def __init__(self, config: LocalConfig) -> None:
        super().__init__(config)
        self.frames = nn.Conv1d(config.channels, config.channels, 2 * config.margin + 1, bias=False)
        nn.init.dirac_(self.frames.weight)
        for index, scale in enumerate(config.scales):
            self.add_module(str(index), Smoothing(config.bands, scale))

    def upsampled(self, frames: Tensor) -> Tensor:
        """[B, C, F] to [B, C, F · hop]."""
        margin = self.config.margin
        features = self.frames(F.pad(frames, (margin, margin), mode="replicate"))
        for index in range(len(self.config.scales)):
            features = self.get_submodule(str(index))(features)
        return features  # type: ignore[no-any-return]


class Smoothing(nn.Module):
    """Repeat in time, then a convolution over (feature, time) that all features share."""

    def __init__(self, bands: int, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.weight = nn.Parameter(torch.zeros(bands, 2 * scale + 1))
        with torch.no_grad():
            self.weight[bands // 2] = 1.0 / (2 * scale + 1)  # starts as a mean over time

    def forward(self, features: Tensor) -> Tensor:
        """[B, C, T] to [B, C, T · scale]."""
        repeated = features.repeat_interleave(self.scale, dim=2).unsqueeze(1)  # [B, 1, C, T · scale]
        padding = (self.weight.shape[0] // 2, self.scale)
        return F.conv2d(repeated, self.weight[None, None], padding=padding).squeeze(1)


def upsampler(config: LocalConfig) -> Upsampler:
    """The module for a way of upsampling, with the parameters that ``model_file.weight_shapes`` names."""
    if config.upsampling == "transposed":
        return TransposedUpsampler(config)
    return StretchedUpsampler(config) if config.upsampling == "stretched" else Upsampler(config)


def triangle(hop: int) -> Tensor:
    """[2 · hop]: the filter with which a transposed convolution is linear interpolation."""
    middle = (2 * hop - 1) / 2 if hop % 2 == 0 else hop - 1
    return (1.0 - (torch.arange(2 * hop) - middle).abs() / hop).clamp(min=0.0)
