"""What training minimises: the bits of each sample under the predicted distribution, differentiable."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.config import ModelConfig

NARROW = 0.01
"""See ``continuous.NARROW``."""
SMALL_LOG_WIDTH = -12.0
VERY_FAR = -1000.0
"""Left of this many standard deviations log_ndtr is exact, but its derivative in torch is not."""


def bits_torch(config: ModelConfig, outputs: Tensor, codes: Tensor) -> Tensor:
    """Bits of each code under a model's outputs: the differentiable twin of ``distributions.bits_of``.

    ``outputs`` [B, T, config.outputs]; ``codes`` [B, T] int64, mu-law 0…255 or linear -32,768…32,767.
    Returns float32 [B, T]. Continuous distributions are computed in float64.
    """
    if config.output == "softmax":
        return cross_entropy_bits(outputs, codes)
    values = outputs.double()
    if config.output == "gaussian":
        mean, log_scale = values.unbind(-1)
        nats = -gaussian_log_mass(mean, log_scale.clamp(min=config.log_scale_min), codes)
    else:
        logits, means, log_scales = values.chunk(3, dim=-1)
        masses = logistic_log_mass(means, log_scales.clamp(min=config.log_scale_min), codes.unsqueeze(-1))
        nats = -torch.logsumexp(F.log_softmax(logits, dim=-1) + masses, dim=-1)
    return (nats / math.log(2.0)).float()


def cross_entropy_bits(logits: Tensor, targets: Tensor) -> Tensor:
    """Bits of each target code [B, T] int64 under ``logits`` [B, T, 256]; float32 [B, T]."""
    nats = F.cross_entropy(logits.float().flatten(0, -2), targets.flatten(), reduction="none")
    return nats.view(targets.shape) / math.log(2.0)


def logistic_log_mass(mean: Tensor, log_scale: Tensor, codes: Tensor) -> Tensor:
    """Natural log of a logistic's mass within half a step of each code (Salimans et al. 2017, equation 2).

    σ(a) - σ(b) as σ(a) · σ(-b) · (1 - exp(b - a)), which loses no digits in the tails; the outermost
    codes have all that lies beyond them. Shapes broadcast together.
    """
    steepness = torch.exp(-log_scale)
    middle, half = (codes / FULL_SCALE - mean) * steepness, 0.5 / FULL_SCALE * steepness
    below, above = F.logsigmoid(middle + half), F.logsigmoid(half - middle)
    both = below + above + _log_1m_exp(-log_scale - math.log(FULL_SCALE))
    return torch.where(codes == -FULL_SCALE, below, torch.where(codes == FULL_SCALE - 1, above, both))


def gaussian_log_mass(mean: Tensor, log_scale: Tensor, codes: Tensor) -> Tensor:
    """Natural log of a Gaussian's mass within half a step of each code; ends as in ``logistic_log_mass``.

    Where a step is narrow: the density times the width, with the first correction.
    """
    steepness = torch.exp(-log_scale)
    middle, width = (codes / FULL_SCALE - mean) * steepness, steepness / FULL_SCALE
    below = log_normal_cdf(middle + width / 2)
    above = log_normal_cdf(width / 2 - middle)
    narrow = width * (1.0 + middle.abs()) < NARROW
    density = -0.5 * middle**2 - 0.5 * math.log(2.0 * math.pi) - log_scale - math.log(FULL_SCALE)
    near = density + torch.log1p(torch.where(narrow, (middle**2 - 1.0) * width**2 / 24.0, 0.0))
    outer = -middle.abs()  # left of the mean, where the logarithm of Φ is exact
    upper = log_normal_cdf(outer + width / 2)
    lower = log_normal_cdf(outer - width / 2)
    ratio = torch.where(narrow, 1.0, torch.maximum(upper - lower, -outer * width))
    both = torch.where(narrow, near, upper + torch.log(-torch.expm1(-ratio)))
    return torch.where(codes == -FULL_SCALE, below, torch.where(codes == FULL_SCALE - 1, above, both))


def log_normal_cdf(x: Tensor) -> Tensor:
    """Natural log of the standard normal distribution's Φ(x); it and its derivative are always finite."""
    far = x.clamp(max=VERY_FAR)
    tail = -0.5 * far**2 - torch.log(-far) - 0.5 * math.log(2.0 * math.pi) - far**-2
    return torch.where(x < VERY_FAR, tail, torch.special.log_ndtr(x.clamp(min=VERY_FAR)))


def _log_1m_exp(log_x: Tensor) -> Tensor:
    """ln(1 - exp(-x)) of ln x."""
    small = log_x < SMALL_LOG_WIDTH
    x = torch.exp(torch.where(small, 0.0, log_x))
    return torch.where(small, log_x - torch.exp(log_x.clamp(max=0.0)) / 2.0, torch.log(-torch.expm1(-x)))
