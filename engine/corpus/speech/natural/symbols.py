"""Kokoro's phonetic symbols and their durations as the corpus's phones and F0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.speech.labels import F0_HOP, PAUSE, Labels, Phone

FRAME_S = 0.025
LATE_FRAMES = 3
"""How late the durations are beside where the phones are heard: 80-95 ms against forced alignment."""
PRIMARY, SECONDARY, LONG = "ˈˌː"
END = "."
"""Stands for the pad behind the last symbol."""
VOICED_HZ = 60.0
"""Kokoro's F0 track goes towards 0 where nothing is voiced."""


def labels_of(symbols: Sequence[str], frames: NDArray[np.int_], f0: NDArray[np.floating]) -> Labels:
    """Phones and F0 of a sentence.

    ``frames`` [len(symbols) + 2]: how long each symbol is, a pad before and after; ``f0`` [2 · sum]: Hz.
    Stress marks go to the phone behind them, length marks and spaces to the one before; punctuation is a
    pause where it has a time. Phones are told LATE_FRAMES before their durations say, the F0 is not.
    Raises ValueError where the numbers of symbols and frames differ.
    """
    if len(frames) != len(symbols) + 2:
        raise ValueError(f"{len(symbols)} symbols and {len(frames)} durations")
    ends = np.cumsum(frames) * FRAME_S
    shift = min(LATE_FRAMES, int(frames[0])) * FRAME_S
    ends[:-1] -= shift
    phones = [Phone(PAUSE, 0.0, float(ends[0]), 0)]
    stress = 0
    for symbol, end in zip([*symbols, END], ends[1:], strict=True):
        before = phones[-1]
        if symbol in (PRIMARY, SECONDARY):
            stress = int(symbol == PRIMARY) or stress
            continue
        if symbol == LONG and before.name != PAUSE:
            phones[-1] = before._replace(name=before.name + LONG, end=float(end))
        elif symbol == " ":
            phones[-1] = before._replace(end=float(end))
        elif symbol.isalpha():
            phones.append(Phone(symbol, before.end, float(end), stress))
            stress = 0
        elif before.name == PAUSE:
            phones[-1] = before._replace(end=float(end))
        elif end > before.end:
            phones.append(Phone(PAUSE, before.end, float(end), 0))
    hop = FRAME_S / 2
    times = np.arange(round(float(ends[-1]) / F0_HOP)) * F0_HOP
    return Labels(tuple(phones), _voiced(np.asarray(f0, np.float64), times / hop - 0.5))


def _voiced(f0: NDArray[np.float64], at: NDArray[Any]) -> NDArray[np.float64]:
    """``f0`` at fractional places; 0 where the nearest place is not voiced."""
    nearest = f0[np.clip(np.rint(at).astype(int), 0, len(f0) - 1)]
    kept = np.where(f0 >= VOICED_HZ, f0, np.nan)
    low = np.clip(np.floor(at).astype(int), 0, len(f0) - 1)
    high = np.minimum(low + 1, len(f0) - 1)
    share = np.clip(at - low, 0.0, 1.0)
    between = kept[low] * (1.0 - share) + kept[high] * share
    return np.where(nearest >= VOICED_HZ, np.where(np.isnan(between), nearest, between), 0.0)
