"""Where a voice is heard: samples compared with themselves one period later, at the synthesiser's own F0.

Synthesisers' own voicing cannot be used as it is: some give a pitch to everything that is not a pause.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.corpus.speech.labels import F0_HOP

VOICED = 0.5
"""From this normalised cross-correlation on, a frame counts as voiced."""
_RATE = 4_000
"""Hz at which sounds are compared: above 2 kHz, voiced ones are noisy too."""
_WINDOW = 0.020
_LAGS = np.linspace(0.94, 1.06, 7)  # of the period: F0 glides, and its track may be late
_FLOOR = 10 ** (-60 / 20)  # RMS below which nothing is heard
_SMOOTHED = 5  # frames of the median that removes single odd ones


def continuous(f0: NDArray[np.float64]) -> NDArray[np.float64]:
    """F0 [n_frames] in Hz without gaps: straight lines through its zeros, its ends held.

    Raises ValueError where there is no F0 at all.
    """
    known = np.flatnonzero(f0 > 0.0)
    if not len(known):
        raise ValueError("no pitch anywhere")
    filled: NDArray[np.float64] = np.interp(np.arange(len(f0)), known, f0[known])
    return filled


def periodicity(
    samples: NDArray[np.floating], f0: NDArray[np.float64], sample_rate: int
) -> NDArray[np.float64]:
    """How alike 20 ms of sound and the 20 ms a period later are, around each 5 ms frame: [n_frames] in ±1.

    The normalised cross-correlation of [n_samples] below 2 kHz, the largest at lags within 6 % of
    ``1 / f0``, ``f0`` [n_frames] in Hz being above 0 everywhere. Sound below -60 dBFS is like nothing: -1.
    """
    low = soxr.resample(samples.astype(np.float64), sample_rate, _RATE)
    size = round(_WINDOW * _RATE)
    centres = np.arange(len(f0)) * F0_HOP * _RATE
    margin = size + int(np.ceil(_RATE / f0.min() * _LAGS[-1]))
    padded = np.pad(low, margin)
    within = np.arange(size)
    best = np.full(len(f0), -1.0)
    for factor in _LAGS:
        lags = np.round(_RATE / f0 * factor).astype(np.int64)
        starts = np.round(centres - (size + lags) / 2).astype(np.int64) + margin
        starts = np.clip(starts, 0, len(padded) - size - lags)
        here = padded[starts[:, None] + within]
        later = padded[(starts + lags)[:, None] + within]
        product = np.einsum("nw,nw->n", here, later)
        power = np.sqrt(np.einsum("nw,nw->n", here, here) * np.einsum("nw,nw->n", later, later))
        heard = power > size * _FLOOR**2
        best = np.maximum(best, np.where(heard, product / np.where(heard, power, 1.0), -1.0))
    return best


def audible_pitch(
    samples: NDArray[np.floating], f0: NDArray[np.float64], sample_rate: int
) -> NDArray[np.float64]:
    """F0 [n_frames] in Hz where the 5 ms frames of [n_samples] sound voiced, 0 where they do not.

    ``f0`` [n_frames] is what the synthesiser meant, in Hz; where it is 0, between neighbours, a voice that
    is heard gets the F0 between theirs. Raises ValueError where ``f0`` is 0 everywhere.
    """
    meant = continuous(f0)
    alike = periodicity(samples, meant, sample_rate) >= VOICED
    half = _SMOOTHED // 2
    views = np.lib.stride_tricks.sliding_window_view(np.pad(alike, half, mode="edge"), _SMOOTHED)
    return np.where(views.sum(axis=1) > half, meant, 0.0)
