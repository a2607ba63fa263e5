"""16-bit samples under a mixture of logistics or a Gaussian: probability of an interval, and draws.

Salimans et al. 2017 (PixelCNN++, section 2.1), van den Oord et al. 2017 (Parallel WaveNet, section 2.1).
Everything is float64 and stays finite for all finite parameters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.codes import FULL_SCALE, Codes
from engine.wavenet.config import ModelConfig

Floats = NDArray[np.float64]

LOWEST, HIGHEST = -FULL_SCALE, FULL_SCALE - 1
NARROW = 0.01
"""Below this width · (1 + distance from the mean), both in standard deviations, a Gaussian's mass is
its density times the width with the first correction: the rest is under 1e-11 of it."""
FAR = -30.0
"""Left of this many standard deviations the Gaussian's tail is taken from its asymptotic series."""
VERY_FAR = -1000.0
"""Left of this, one term of the series is enough for a ratio of two tails."""
LARGEST = 1e300
LARGEST_LOG_SCALE = 700.0
"""Above it, exp would not be a number."""


@dataclass(frozen=True)
class Components:
    """The parts of the distributions of T samples; a Gaussian has one."""

    logits: Floats
    """[T, K]."""
    means: Floats
    """[T, K], in amplitude."""
    log_scales: Floats
    """[T, K], raised to the model's smallest."""


def split(config: ModelConfig, outputs: NDArray[np.float32]) -> Components:
    """What ``outputs`` [T, config.outputs] say, in the order of ``ModelConfig.outputs``."""
    values = outputs.astype(np.float64)
    if config.output == "logistics":
        logits, means, log_scales = np.split(values, 3, axis=1)
    else:
        means, log_scales = np.split(values, 2, axis=1)
        logits = np.zeros_like(means)
    return Components(logits, means, np.clip(log_scales, config.log_scale_min, LARGEST_LOG_SCALE))


def bits(config: ModelConfig, outputs: NDArray[np.float32], codes: Codes) -> Floats:
    """-log2 of the probability of each linear code: ``outputs`` [T, O], ``codes`` [T]; float64 [T].

    A code stands for the half steps around its amplitude; the outermost two for all beyond as well.
    """
    parts = split(config, outputs)
    values = codes.astype(np.float64)[:, None]
    low = np.where(values == LOWEST, -np.inf, (values - 0.5) / FULL_SCALE)
    high = np.where(values == HIGHEST, np.inf, (values + 0.5) / FULL_SCALE)
    shares = parts.logits - _log_sum_exp(parts.logits)[:, None]
    masses = log_mass(config, parts.means, parts.log_scales, low, high)
    return -_log_sum_exp(shares + masses) / math.log(2.0)


def log_mass(config: ModelConfig, means: Floats, log_scales: Floats, low: Floats, high: Floats) -> Floats:
    """Natural log of each component's probability between ``low`` and ``high``.

    All of shapes that broadcast together; one of an interval's ends may be infinite.
    """
    of_interval = _logistic_mass if config.output == "logistics" else _gaussian_mass
    with np.errstate(over="ignore", under="ignore"):
        return of_interval(means, log_scales, low, high)


def value(config: ModelConfig, mean: float, scale: float, words: tuple[int, int, int, int]) -> float:
    """The amplitude, not clipped, that random ``words`` draw around ``mean``; ``scale`` ≥ 0.

    The logistic's inverse cumulative distribution, or the first of the two of Box and Muller (1958).
    """
    u = (words[1] + 0.5) / 2.0**32
    if config.output == "logistics":
        return mean + scale * (math.log(u) - math.log1p(-u))
    angle = 2.0 * math.pi * (words[2] / 2.0**32)
    return mean + scale * (math.sqrt(-2.0 * math.log(u)) * math.cos(angle))


def linear_code(amplitude: float) -> int:
    """The 16-bit code nearest to an amplitude, ±0.5 to even; beyond full scale it clips."""
    return int(min(max(np.rint(amplitude * FULL_SCALE), LOWEST), HIGHEST))


def _logistic_mass(means: Floats, log_scales: Floats, low: Floats, high: Floats) -> Floats:
    """σ(a) - σ(b) is σ(a) · σ(-b) · (1 - exp(b - a)): no difference of near numbers is left."""
    steepness = np.exp(-log_scales)
    a, b = (high - means) * steepness, (low - means) * steepness
    log_width = np.log(high - low) - log_scales
    return _log_sigmoid(a) + _log_sigmoid(-b) + _log_1m_exp(log_width)


def _gaussian_mass(means: Floats, log_scales: Floats, low: Floats, high: Floats) -> Floats:
    """Φ(a) - Φ(b), taken on the left of the mean, where Φ is small and its logarithm exact."""
    steepness = np.exp(-log_scales)
    a, b = (high - means) * steepness, (low - means) * steepness
    right = a + b > 0.0
    a, b = np.where(right, -b, a), np.where(right, -a, b)
    middle, width, log_width = (a + b) / 2.0, (high - low) * steepness, np.log(high - low) - log_scales
    narrow = width * (1.0 - np.maximum(middle, -LARGEST)) < NARROW
    middle_, width_ = np.where(narrow, middle, 0.0), np.where(narrow, width, 0.0)
    density = -0.5 * middle_**2 - 0.5 * math.log(2.0 * math.pi)
    near = density + log_width + np.log1p((middle_**2 - 1.0) * width_**2 / 24.0)
    upper, lower = log_normal_cdf(a), log_normal_cdf(b)
    # Far out, the difference of the logarithms is that of their leading terms, without cancellation.
    apart = np.where(a < VERY_FAR, -middle * width - _log_ratio(a, b), upper - lower)
    return np.where(narrow, near, upper + np.log(-np.expm1(-np.where(narrow, 1.0, apart))))


def _log_ratio(a: Floats, b: Floats) -> Floats:
    """ln(a / b) of numbers left of VERY_FAR; others count as VERY_FAR."""
    return np.log(np.clip(a, -LARGEST, VERY_FAR) / np.clip(b, -LARGEST, VERY_FAR))


def log_normal_cdf(x: Floats) -> Floats:
    """Natural log of the standard normal distribution's Φ(x), any shape; full precision in the tail."""
    near = np.maximum(x, FAR)
    half_erfc = 0.5 * np.asarray(_erfc(-near / math.sqrt(2.0)), dtype=np.float64)
    t = np.minimum(x, FAR) ** -2.0
    series = 1.0 - t * (1.0 - 3.0 * t * (1.0 - 5.0 * t * (1.0 - 7.0 * t)))
    far = np.minimum(x, FAR)
    tail = -0.5 * far**2 - np.log(-far) - 0.5 * math.log(2.0 * math.pi) + np.log(series)
    return np.where(x < FAR, tail, np.log(half_erfc))


_erfc = np.frompyfunc(math.erfc, 1, 1)


def _log_sigmoid(x: Floats) -> Floats:
    return -np.logaddexp(0.0, -x)


def _log_1m_exp(log_x: Floats) -> Floats:
    """ln(1 - exp(-x)) of ln x; for small x by its series, which needs x only in the correction."""
    small = log_x < -12.0
    x = np.exp(np.where(small, 0.0, log_x))
    return np.where(small, log_x - np.exp(np.minimum(log_x, 0.0)) / 2.0, np.log(-np.expm1(-x)))


def _log_sum_exp(x: Floats) -> Floats:
    """Over the last axis."""
    top = x.max(axis=-1, keepdims=True)
    return np.log(np.exp(x - top).sum(axis=-1)) + top[..., 0]  # type: ignore[no-any-return]
