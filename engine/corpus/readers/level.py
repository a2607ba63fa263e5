"""One loudness for all pieces, and never a clipped one.

A piece of 0.4 s or more is brought to the target by its integrated loudness (ITU-R BS.1770, pyloudnorm).
Where its peak would then pass 0.95 it is turned down as a whole, so that it stays a little quieter than the
target: there is no limiter. Shorter pieces keep the level that they came with, turned down to that peak.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.corpus.readers.listing import Kind
from engine.files.loudness import BLOCK_SECONDS, integrated_loudness

TARGETS: dict[Kind, float] = {"music": -20.0, "speech": -23.0}
"""LUFS. Speech has higher peaks for its loudness: -23 (EBU R 128) leaves room for them."""
PEAK = 0.95
QUIETEST = -60.0
"""LUFS, or for short pieces the peak in dBFS: what lies below counts as silence."""


def levelled(samples: NDArray[np.float32], sample_rate: int, kind: Kind) -> NDArray[np.float32] | None:
    """A piece [n_samples > 0] without its mean, at the loudness of its kind, within ±0.95.

    None where it is silent.
    """
    wide = samples.astype(np.float64)
    wide -= wide.mean()
    peak = float(np.abs(wide).max())
    if peak < 10.0 ** (QUIETEST / 20.0):
        return None
    gain = 1.0
    if len(wide) >= BLOCK_SECONDS * sample_rate:
        loudness = integrated_loudness(wide, sample_rate)
        if loudness < QUIETEST:
            return None
        gain = 10.0 ** ((TARGETS[kind] - loudness) / 20.0)
    return np.asarray(wide * min(gain, PEAK / peak), np.float32)
