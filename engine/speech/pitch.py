"""Fundamental frequency and periodicity by autocorrelation (Boersma 1993), with a shortest path over frames.

"Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled
sound", IFA Proceedings 17: a frame's autocorrelation is divided by its window's (equation 9).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
WINDOW_S = 0.045
"""Nearly three periods of the lowest voice."""
CANDIDATES = 6
"""A frame, besides "unvoiced"."""
VOICING_THRESHOLD = 0.45
SILENCE_LEVEL = 0.003
"""Root mean square of a frame, of full scale, that is too soft to have a pitch: -50 dB."""
OCTAVE_COST = 0.01
"""An octave, in favour of higher candidates (equation 24)."""
OCTAVE_JUMP_COST = 0.7
"""An octave between neighbouring frames of 5 ms (equation 27)."""
VOICING_CHANGE_COST = 0.07
CHUNK = 2048
"""Frames analysed at a time: bounds memory."""


def track_pitch(samples: Floats, sample_rate: int, hop: int) -> tuple[Floats, Floats]:
    """Fundamental frequency and periodicity of each frame of ``hop`` samples, both [F] float32.

    ``samples`` [n] in ±1; frame f is centred on its hop, F = ceil(n / hop). The frequency is in Hz, 0 where
    the frame is unvoiced; the periodicity, 0…1, is the normalised autocorrelation at the chosen period, or
    at the strongest one where the frame is unvoiced.
    """
    frames = -(-len(samples) // hop)
    lags, strengths, levels = _candidates(samples, sample_rate, hop, frames)
    chosen = _path(lags, strengths, levels, sample_rate)
    rows = np.arange(frames)
    voiced = chosen < CANDIDATES
    picked = np.where(voiced, chosen, 0)
    hertz = np.where(voiced, sample_rate / np.maximum(lags[rows, picked], 1.0), 0.0)
    periodicity = np.clip(strengths[rows, picked], 0.0, 1.0) * (levels >= SILENCE_LEVEL)
    return hertz.astype(np.float32), periodicity.astype(np.float32)


def _candidates(samples: Floats, rate: int, hop: int, frames: int) -> tuple[Floats, Floats, Floats]:
    """Lags [F, CANDIDATES] in samples, strongest first, their correlations, and levels [F]."""
    width = round(WINDOW_S * rate)
    longest, shortest = int(rate / LOWEST_HZ), int(rate / HIGHEST_HZ)
    size = 1 << (width + longest).bit_length()
    window = np.hanning(width + 2)[1:-1]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)[: longest + 2]
    padded = np.pad(samples.astype(np.float64), (width // 2, width + hop))
    lags = np.zeros((frames, CANDIDATES), np.float32)
    strengths = np.zeros((frames, CANDIDATES), np.float32)
    levels = np.zeros(frames, np.float32)
    for first in range(0, frames, CHUNK):
        starts = np.arange(first, min(first + CHUNK, frames)) * hop + hop // 2
        windowed = padded[starts[:, None] + np.arange(width)]
        levels[first : first + len(starts)] = np.sqrt(np.mean(windowed**2, axis=1))
        windowed = (windowed - windowed.mean(axis=1, keepdims=True)) * window
        correlation = np.fft.irfft(np.abs(np.fft.rfft(windowed, size)) ** 2, axis=1)[:, : longest + 2]
        normal = correlation / np.maximum(correlation[:, :1], 1e-12) / (own / own[0])
        middle = normal[:, shortest : longest + 1]
        before, after = normal[:, shortest - 1 : longest], normal[:, shortest + 1 : longest + 2]
        peaks = np.where((middle > before) & (middle >= after), middle, -1.0)
        order = np.argsort(-peaks, axis=1)[:, :CANDIDATES]
        rows = np.arange(len(starts))[:, None]
        left, top, right = before[rows, order], middle[rows, order], after[rows, order]
        bend = left - 2.0 * top + right
        shift = np.where(np.abs(bend) > 1e-9, 0.5 * (left - right) / np.where(bend == 0.0, 1.0, bend), 0.0)
        found = peaks[rows, order] > 0.0
        block = slice(first, first + len(starts))
        lags[block] = np.where(found, order + shortest + np.clip(shift, -0.5, 0.5), 0.0)
        strengths[block] = np.where(found, np.minimum(top - 0.25 * (left - right) * shift, 1.0), 0.0)
    return lags, strengths, levels


def _path(lags: Floats, strengths: Floats, levels: Floats, rate: int) -> NDArray[np.int64]:
    """The best candidate of each frame [F], CANDIDATES for "unvoiced", by dynamic programming."""
    frames = len(lags)
    octaves = np.log2(np.maximum(lags, 1.0) * LOWEST_HZ / rate).astype(np.float64)
    local = np.where(lags > 0.0, strengths - OCTAVE_COST * octaves, -10.0)
    quiet = np.maximum(0.0, 2.0 - levels / SILENCE_LEVEL)
    unvoiced = VOICING_THRESHOLD + quiet[:, None]
    local = np.concatenate([local, unvoiced], axis=1)
    change = np.zeros((CANDIDATES + 1, CANDIDATES + 1))
    change[-1, :-1] = change[:-1, -1] = VOICING_CHANGE_COST
    back = np.zeros((frames, CANDIDATES + 1), np.int64)
    best = local[0] if frames else np.zeros(CANDIDATES + 1)
    for frame in range(1, frames):
        change[:-1, :-1] = OCTAVE_JUMP_COST * np.abs(octaves[frame - 1][:, None] - octaves[frame])
        total = best[:, None] - change
        back[frame] = total.argmax(axis=0)
        best = total.max(axis=0) + local[frame]
    chosen = np.zeros(frames, np.int64)
    if frames:
        chosen[-1] = int(best.argmax())
    for frame in range(frames - 1, 0, -1):
        chosen[frame - 1] = back[frame, chosen[frame]]
    return chosen
