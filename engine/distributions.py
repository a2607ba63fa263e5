"""The distribution of the next sample: softmax over 256 mu-law values (section 2.2), shaped and drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sampling:
    """How to draw from the predicted distribution; ranges as in ``config.GenerationParams``."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities [..., 256] float64 of logits [..., 256]."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]


def shape(logits: NDArray[np.float32], sampling: Sampling) -> NDArray[np.float64]:
    """Probabilities [256] after temperature, then top-k, then top-p (nucleus), renormalised.

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


def bits(logits: NDArray[np.float32], codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """-log2 of each code's probability: ``logits`` [T, 256], ``codes`` [T]; float64 [T]."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(shifted, codes.astype(np.int64)[:, None], axis=-1)[:, 0]
    return (np.log(np.exp(shifted).sum(axis=-1)) - chosen) / np.log(2.0)  # type: ignore[no-any-return]
