"""How loud a sound is, by ITU-R BS.1770, and how high its peaks are between its samples."""

from __future__ import annotations

import warnings

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.files.late_imports import import_late

BLOCK_SECONDS = 0.4
"""The gating block of BS.1770: what is shorter has no integrated loudness."""
OVERSAMPLING = 4
"""As BS.1770 (annex 2) has it for true peaks."""
CHUNK = 1 << 18
"""Samples that are oversampled at once: an hour would take gigabytes."""


def integrated_loudness(samples: NDArray[np.float64], sample_rate: int) -> float:
    """LUFS of [n_samples], BLOCK_SECONDS or more; -inf where no block passes the gates."""
    meter = import_late("pyloudnorm").Meter(sample_rate)  # SciPy comes with it
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # about the mean of no blocks
        loudness = float(meter.integrated_loudness(samples))
    return loudness if np.isfinite(loudness) else float("-inf")


def true_peak(samples: NDArray[np.float64], sample_rate: int) -> float:
    """The largest absolute amplitude of [n_samples], between the samples too; 0 for none."""
    stream = soxr.ResampleStream(sample_rate, OVERSAMPLING * sample_rate, 1, "float64", "VHQ")
    peak = float(np.abs(samples).max(initial=0.0))
    for start in range(0, len(samples), CHUNK):
        last = start + CHUNK >= len(samples)
        between = stream.resample_chunk(samples[start : start + CHUNK], last)
        peak = max(peak, float(np.abs(between).max(initial=0.0)))
    return peak
