"""Rests in recordings, cut short: a model that has heard silence last stays silent once it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.01
SILENT = 10.0 ** (-45.0 / 20.0)
"""RMS of a frame that is silent, beside a loud one: -45 dB."""
LOUD = 95.0
"""Percentile of the frames' levels that counts as loud."""
LONGEST_S = 0.16
"""What a rest is cut to."""
FADE_S = 0.005


def shorten_rests(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """``samples`` [n] float32 with no rest longer than LONGEST_S: the middle of a longer one is left out.

    What follows comes in by a crossfade of FADE_S. Sound that is never silent comes back as it was.
    """
    frame, keep = round(FRAME_S * sample_rate), round(LONGEST_S * sample_rate)
    fade = round(FADE_S * sample_rate)
    count = len(samples) // frame
    if count < 2:
        return samples
    frames = samples[: count * frame].reshape(count, frame).astype(np.float64)
    level = np.sqrt((frames**2).mean(axis=1))
    silent = np.concatenate([[False], level < SILENT * np.percentile(level, LOUD), [False]])
    edges = np.flatnonzero(np.diff(silent.astype(np.int8)))
    parts, at = [], 0
    rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)
    for first, last in zip(edges[::2] * frame, edges[1::2] * frame, strict=True):
        if last - first <= keep:
            continue
        out, back = first + keep // 2, last - keep // 2
        parts.append(samples[at : out - fade])
        parts.append(samples[out - fade : out] * (1.0 - rise) + samples[back - fade : back] * rise)
        at = int(back)
    parts.append(samples[at:])
    return np.concatenate(parts)
