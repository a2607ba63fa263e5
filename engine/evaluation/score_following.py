"""How closely audio follows a score: its chroma beside the pitches, its onsets beside the notes' beginnings.

Drums have no pitch and are left out of the chroma; their onsets count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.features import BANDS
from engine.music.roll import Notes

HOP_S = 0.032
"""Of the chroma."""
SMOOTH = 8
"""Frames, a quarter of a second, that both chromagrams are averaged over."""
LOWEST_HZ, OCTAVES = 65.406, 6
"""The chroma's reach: from C2 on. Drums would fill what lies lower, and a bass has its overtones."""
QUIET = 0.01
"""Frames with a smaller share of the loudest one's magnitude count as silent."""
ONSET_HOP_S = 0.008
ONSET_WINDOW = 8
"""Hops."""
LAG = 2
"""Hops between the spectra that are compared; the onsets are found so much later."""
THRESHOLD = 0.03
"""How far a peak of the normalised flux stands out of what is around it."""
TOGETHER_S = 0.03
"""Notes that begin within so long of the first of them are one onset."""
TOLERANCE_S = 0.05


@dataclass(frozen=True)
class Following:
    """How closely a recording follows a score."""

    chroma: float
    """Pearson correlation of the two chromagrams, all frames and pitch classes together, -1…1; NaN where
    one of them is constant, as for a score of drums alone."""
    recall: float
    """Share of the score's onsets with a detected one within TOLERANCE_S, 0…1; NaN where it has none."""
    precision: float
    """Share of the detected onsets that are the score's, 0…1; NaN where none is detected."""


def follow(samples: NDArray[np.floating[Any]], rate: int, notes: Notes) -> Following:
    """Compare a recording [n_samples] in ±1 at ``rate`` Hz with the score that begins with it.

    Notes beyond its end do not count. A score's onset is matched with one detected onset at most.
    """
    seconds = len(samples) / rate
    audible = audio_chroma(samples, rate)
    written = notes_chroma(notes, audible.shape[1])
    expected = onset_times(notes)
    expected = expected[expected < seconds - TOLERANCE_S]
    detected = detected_onsets(samples, rate)
    matched = matches(expected, detected)
    return Following(
        correlation(audible, written),
        matched / len(expected) if len(expected) else float("nan"),
        matched / len(detected) if len(detected) else float("nan"),
    )


def audio_chroma(samples: NDArray[np.floating[Any]], rate: int) -> NDArray[np.float64]:
    """Share of each pitch class, from C on, every HOP_S from 0 s: [12, frames], a frame's sum being 1 or 0.

    From the magnitudes of a constant-Q transform of the harmonic part (median filters take the strokes
    of drums out), folded into an octave, averaged over SMOOTH frames.
    """
    import librosa
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        chroma = librosa.feature.chroma_cqt(
            y=librosa.effects.harmonic(np.asarray(samples, dtype=np.float32)),
            sr=rate,
            hop_length=round(HOP_S * rate),
            fmin=LOWEST_HZ,
            n_octaves=OCTAVES,
            norm=None,
            tuning=0.0,
        )
    return _shares(chroma.astype(np.float64))


def notes_chroma(notes: Notes, frames: int) -> NDArray[np.float64]:
    """The same of a score, from the velocities of the notes that sound at each frame's time: [12, frames]."""
    chroma = np.zeros((12, frames))
    times = np.arange(frames) * HOP_S
    for start, length, pitch, velocity, _, drums in notes.astype(np.float64):
        if not drums:
            chroma[int(pitch) % 12, (times >= start) & (times < start + length)] += velocity
    return _shares(chroma)


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Pearson correlation of two arrays of one shape, flattened; NaN where either is constant."""
    a, b = one.ravel() - one.mean(), other.ravel() - other.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0.0 else float("nan")


def onset_times(notes: Notes) -> NDArray[np.float64]:
    """When something begins in a score, drums included: seconds, rising, more than TOGETHER_S apart."""
    times: list[float] = []
    for start in np.sort(notes[:, 0].astype(np.float64)):
        if start >= 0.0 and (not times or start - times[-1] > TOGETHER_S):
            times.append(float(start))
    return np.array(times)


def detected_onsets(samples: NDArray[np.floating[Any]], rate: int) -> NDArray[np.float64]:
    """When something begins in a recording, by the peaks of its spectral flux: seconds, rising."""
    import librosa
    from threadpoolctl import threadpool_limits

    hop = round(ONSET_HOP_S * rate)
    # Something may begin with the first sample: the flux needs a silence before.
    padding = 2 * ONSET_WINDOW * hop
    signal = np.concatenate([np.zeros(padding, np.float32), np.asarray(samples, dtype=np.float32)])
    with threadpool_limits(1):
        strength = librosa.onset.onset_strength(
            y=signal, sr=rate, hop_length=hop, n_fft=ONSET_WINDOW * hop, n_mels=BANDS, lag=LAG
        )
        if not strength.max() > 0.0:
            return np.zeros(0)
        found = librosa.onset.onset_detect(
            onset_envelope=strength, sr=rate, hop_length=hop, units="samples", delta=THRESHOLD
        )
    return np.maximum((np.asarray(found, dtype=np.float64) - padding - LAG * hop) / rate, 0.0)


def matches(expected: NDArray[np.float64], detected: NDArray[np.float64]) -> int:
    """How many pairs within TOLERANCE_S two rising lists of times can be joined to; each time in one pair."""
    count = i = j = 0
    while i < len(expected) and j < len(detected):
        gap = detected[j] - expected[i]
        if abs(gap) <= TOLERANCE_S + 1e-9:
            count, i, j = count + 1, i + 1, j + 1
        elif gap < 0.0:
            j += 1
        else:
            i += 1
    return count


def _shares(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    smooth = np.stack([np.convolve(row, np.full(SMOOTH, 1.0 / SMOOTH), "same") for row in chroma])
    total = smooth.sum(axis=0)
    return np.where(total > QUIET * total.max(), smooth / np.maximum(total, 1e-12), 0.0)
