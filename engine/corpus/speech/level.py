"""Trimming and levelling of a spoken sentence, so that every speaker is equally loud and none clips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.corpus.speech.labels import F0_HOP, Labels

LEAD = 0.100
TAIL = 0.150
ACTIVE_LEVEL = 10 ** (-22 / 20)
PEAK = 0.89
_ACTIVE_RANGE = 10 ** (-25 / 10)
_FRAME_SECONDS = 0.020
_FADE_SECONDS = 0.010


def active_level(samples: NDArray[np.floating], sample_rate: int) -> float:
    """RMS of [n_samples] over its 20 ms frames within 25 dB of the loudest: pauses do not count.

    Raises ValueError on silence, or on less than one frame.
    """
    size = round(_FRAME_SECONDS * sample_rate)
    count = len(samples) // size
    if count == 0:
        raise ValueError("shorter than one frame of 20 ms")
    power = np.mean(np.square(samples[: count * size].reshape(count, size), dtype=np.float64), axis=1)
    loudest = power.max()
    if loudest == 0.0:
        raise ValueError("silence")
    return float(np.sqrt(power[power >= loudest * _ACTIVE_RANGE].mean()))


def levelled(samples: NDArray[np.floating], sample_rate: int) -> NDArray[np.float64]:
    """[n_samples] with its active level at -22 dBFS, quieter where its peak would pass 0.89.

    Raises ValueError on silence, or on less than one frame of 20 ms.
    """
    gain = min(ACTIVE_LEVEL / active_level(samples, sample_rate), PEAK / float(np.abs(samples).max()))
    return samples.astype(np.float64) * gain


def trimmed(
    samples: NDArray[np.floating], labels: Labels, sample_rate: int
) -> tuple[NDArray[np.float64], Labels]:
    """The sentence with at most 100 ms of pause before and 150 ms after it, by its own phone times.

    Inner pauses stay. Both ends fade over 10 ms, so that a cut never clicks. ``samples`` is
    [n_samples]; returns the part and its labels. Raises ValueError where there are only pauses.
    """
    first, last = labels.spoken()
    start = max(0, round((first - LEAD) / F0_HOP)) * F0_HOP
    end = min(last + TAIL, len(samples) / sample_rate)
    part = samples[round(start * sample_rate) : round(end * sample_rate)].astype(np.float64)
    ramp = np.sin(np.linspace(0.0, np.pi / 2, round(_FADE_SECONDS * sample_rate))) ** 2
    part[: len(ramp)] *= ramp
    part[len(part) - len(ramp) :] *= ramp[::-1]
    return part, labels.cut(start, len(part) / sample_rate + start)
