"""How loud a sound is, by ITU-R BS.1770, and how high its peaks are between its samples."""

from __future__ import annotations

import warnings

import numpy as np
import pyloudnorm
import soxr
from numpy.typing import NDArray

BLOCK_SECONDS = 0.4
"""The gating block of BS.1770: what is shorter has no integrated loudness."""
OVERSAMPLING = 4
"""As BS.1770 (annex 2) has it for true peaks."""


def integrated_loudness(samples: NDArray[np.float64], sample_rate: int) -> float:
    """LUFS of [n_samples], BLOCK_SECONDS or more; -inf where no block passes the gates."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # about the mean of no blocks
        loudness = float(pyloudnorm.Meter(sample_rate).integrated_loudness(samples))
    return loudness if np.isfinite(loudness) else float("-inf")


def true_peak(samples: NDArray[np.float64], sample_rate: int) -> float:
    """The largest absolute amplitude of [n_samples], between the samples too; 0 for none."""
    if not len(samples):
        return 0.0
    between = soxr.resample(samples, sample_rate, OVERSAMPLING * sample_rate, quality="VHQ")
    return float(max(np.abs(samples).max(), np.abs(between).max()))
