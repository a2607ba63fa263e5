"""How far the nets are from what voices really did, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import BANDS, CEPSTRA, FRAME_RATE, LOG_F0, PAUSE, VOICED
from engine.speech.nets_file import NetsFile
from engine.speech.tokens import PAUSES
from engine.training.speech_nets.said import said
from engine.training.speech_nets.sentences import Sentence

CENTS = 600.0
"""Of feature LOG_F0, which counts half octaves."""
DECIBELS = 10.0 / np.log(10.0)

Rows = NDArray[np.floating]


def figures(nets: NetsFile, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Distances over ``sentences``, whose speakers are numbered as the nets' voices are.

    ``duration_rmse_ms`` counts phones, no pauses. With true durations: ``f0_cents``, the median over frames
    that are voiced and thought to be; ``f0_rmse_cents``; ``voicing_error``, a share of frames outside
    pauses. With true melody and voicing: ``envelope_db``, root mean square over bands, mean over frames
    outside pauses; and the same of the envelope with its variance restored.
    """
    times, melodies, wrong, plain, wide = [], [], [], [], []
    for sentence in sentences:
        frames = sentence.features[: sentence.ends[-1]]
        sounding = frames[:, PAUSE] < 0.5
        lengths, told, rows, spread = said(nets, sentence, frames)
        phones = sentence.rows[:, 0] >= PAUSES
        times.append((lengths / sentence.speed - np.diff(sentence.ends, prepend=0))[phones])
        voiced = frames[:, VOICED] > 0.5
        thought = told[:, 2] > 0.5
        melodies.append((told[:, 0] - frames[:, LOG_F0])[voiced & thought] * CENTS)
        wrong.append((voiced != thought)[sounding])
        plain.append(decibels(rows - frames[:, :CEPSTRA])[sounding])
        wide.append(decibels(spread - frames[:, :CEPSTRA])[sounding])
    frame_ms = 1000.0 / FRAME_RATE
    melody = np.concatenate(melodies)
    result = {
        "duration_rmse_ms": round(float(np.sqrt(np.mean(np.concatenate(times) ** 2))) * frame_ms, 1),
        "voicing_error": round(float(np.concatenate(wrong).mean()), 4),
        "envelope_db": round(float(np.concatenate(plain).mean()), 2),
        "envelope_db_with_variance": round(float(np.concatenate(wide).mean()), 2),
    }
    if len(melody):
        result["f0_cents"] = round(float(np.median(np.abs(melody))), 1)
        result["f0_rmse_cents"] = round(float(np.sqrt(np.mean(melody**2))), 1)
    return result


def decibels(difference: Rows) -> Rows:
    """[F]: how far two envelopes lie apart, from the difference of their cepstra [F, CEPSTRA].

    The cosines of a cepstrum are orthonormal: its squares sum to those of the bands.
    """
    scaled = difference.astype(np.float64)
    scaled[:, 0] *= 4.0 * np.sqrt(BANDS)
    scaled[:, 1:] *= 3.0
    apart: Rows = np.sqrt(np.sum(scaled**2, axis=1) / BANDS) * DECIBELS
    return apart
