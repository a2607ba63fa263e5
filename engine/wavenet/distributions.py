"""The distribution of the next sample (section 2.2): its probabilities, how it is shaped and drawn.

A softmax over 256 mu-law codes is here; continuous distributions are in ``continuous``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.wavenet import continuous, mulaw, philox
from engine.wavenet.codes import Codes, decode
from engine.wavenet.config import ModelConfig


@dataclass(frozen=True)
class Sampling:
    """How to draw from the predicted distribution; ranges as in ``config.GenerationParams``."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities [..., n] float64 of logits [..., n]."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]


def shape(logits: NDArray[np.float32], sampling: Sampling) -> NDArray[np.float64]:
    """Probabilities [n] float64 after temperature, then top-k, then top-p (nucleus), renormalised.

    Temperature 0 puts all weight on the largest logit, the first where several are equal. Values
    that tie with the last one kept are dropped in order of their code.
    """
    if sampling.temperature == 0.0:
        chosen = np.zeros(len(logits))
        chosen[int(np.argmax(logits))] = 1.0
        return chosen
    probabilities = softmax(logits / np.float32(sampling.temperature))
    order = np.argsort(-probabilities, kind="stable")
    keep = len(order)
    if sampling.top_k:
        keep = min(keep, sampling.top_k)
    if sampling.top_p < 1.0:
        kept = probabilities[order[:keep]]
        reached = np.cumsum(kept) >= sampling.top_p * kept.sum()
        keep = min(keep, int(np.argmax(reached)) + 1)
    probabilities[order[keep:]] = 0.0
    return probabilities / probabilities.sum()  # type: ignore[no-any-return]


def draw(probabilities: NDArray[np.float64], uniform: float) -> int:
    """The code whose share of the cumulative distribution holds ``uniform`` in [0, 1)."""
    total = np.cumsum(probabilities)
    code = int(np.searchsorted(total, uniform * total[-1], side="right"))
    return min(code, int(np.flatnonzero(probabilities)[-1]))


def entropy(probabilities: NDArray[np.float64]) -> float:
    """Shannon entropy in bits, 0…8."""
    p = probabilities[probabilities > 0.0]
    return float(-(p * np.log2(p)).sum())


def bits(logits: NDArray[np.float32], codes: Codes) -> NDArray[np.float64]:
    """-log2 of each mu-law code's probability: ``logits`` [T, 256], ``codes`` [T]; float64 [T]."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(shifted, codes.astype(np.int64)[:, None], axis=-1)[:, 0]
    return (np.log(np.exp(shifted).sum(axis=-1)) - chosen) / np.log(2.0)  # type: ignore[no-any-return]


def bits_of(config: ModelConfig, outputs: NDArray[np.float32], codes: Codes) -> NDArray[np.float64]:
    """-log2 of each code's probability: ``outputs`` [T, config.outputs], ``codes`` [T]; float64 [T]."""
    if config.output == "softmax":
        return bits(outputs, codes)
    return continuous.bits(config, outputs, codes)


def level_bits(config: ModelConfig, outputs: NDArray[np.float32], codes: Codes) -> NDArray[np.float64]:
    """-log2 of the probability of each code's mu-law level: ``outputs`` [T, config.outputs]; float64 [T].

    What a model of 16-bit samples and a softmax over the levels can be compared by.
    """
    if config.output == "softmax":
        return bits(outputs, codes)
    parts = continuous.split(config, outputs)
    edges = np.concatenate([[-np.inf], _thresholds(), [np.inf]])
    levels = mulaw.encode(decode(codes)).astype(np.int64)[:, None]
    logs = continuous.log_mass(config, parts.means, parts.log_scales, edges[levels], edges[levels + 1])
    shares = np.log(softmax(parts.logits.astype(np.float32)) + 1e-300)
    return -np.logaddexp.reduce(logs + shares, axis=-1) / np.log(2.0)  # type: ignore[no-any-return]


def draw_code(
    config: ModelConfig, outputs: NDArray[np.float32], sampling: Sampling, seed: int, position: int
) -> int:
    """The code of the sample at ``position`` of the stream with ``seed``, from ``outputs`` [config.outputs].

    Top-k and top-p choose among the codes of a softmax and among the components of a mixture.
    Temperature divides the logits and multiplies the scales; at 0 it is the most probable code, or the
    mean of the most probable component.
    """
    words = philox.words(seed, position)
    if config.output == "softmax":
        return draw(shape(outputs, sampling), (words[0] >> 8) * 2.0**-24)
    means, scales, shares = _shaped_parts(config, outputs, sampling)
    chosen = draw(shares, words[0] / 2.0**32)
    return continuous.linear_code(continuous.value(config, means[chosen], scales[chosen], words))


def predicted(config: ModelConfig, outputs: NDArray[np.float32], sampling: Sampling) -> NDArray[np.float64]:
    """Probabilities [256] float64 of the next sample's mu-law code, as ``sampling`` shapes them.

    For a continuous distribution: what lies between the decision thresholds of ``mulaw.encode``.
    """
    if config.output == "softmax":
        return shape(outputs, sampling)
    means, scales, shares = _shaped_parts(config, outputs, sampling)
    if sampling.temperature == 0.0:
        certain = np.zeros(mulaw.LEVELS)
        certain[mulaw.encode(means[np.argmax(shares)])] = 1.0
        return certain
    edges = np.concatenate([[-np.inf], _thresholds(), [np.inf]])[:, None]
    logs = continuous.log_mass(config, means, np.log(scales), edges[:-1], edges[1:])
    return np.exp(logs) @ shares


def _shaped_parts(
    config: ModelConfig, outputs: NDArray[np.float32], sampling: Sampling
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Means, scales and shares [K] of the components at a temperature and after top-k and top-p."""
    parts = continuous.split(config, outputs[None])
    logits = parts.logits[0].astype(np.float32)
    return parts.means[0], sampling.temperature * np.exp(parts.log_scales[0]), shape(logits, sampling)


def _thresholds() -> NDArray[np.float64]:
    """[255] float64: the amplitudes at which ``mulaw.encode`` goes from each code to the next."""
    companded = 2.0 * (np.arange(1, mulaw.LEVELS) - 0.5) / mulaw.MU - 1.0
    return mulaw.expand(companded)
