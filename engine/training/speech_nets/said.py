"""What the nets say of a sentence whose times, or whose melody as well, are those of its recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.speech import acoustic, prosody
from engine.speech.features import CEPSTRA, LOG_F0, PAUSE, Floats
from engine.speech.nets_file import NetsFile
from engine.speech.shape import doubled
from engine.training.speech_nets.sentences import Sentence

Rows = NDArray[np.floating]


def said(nets: NetsFile, sentence: Sentence, frames: Floats) -> tuple[Rows, Rows, Rows, Rows]:
    """Durations [T]; log F0, periodicity, voiced, pause [F, 4]; cepstra [F, CEPSTRA], plain and wider."""
    voice, weights, shape = nets.header.voices[sentence.speaker], nets.weights, nets.header.shape
    mean = np.array(voice.statistics.mean, np.float32)
    deviation = np.array(voice.statistics.deviation, np.float32)
    vector = weights[f"{prosody.PREFIX}.speakers.weight"][sentence.speaker]
    states = prosody.token_states(weights, shape, sentence.rows, vector)
    told = doubled(prosody.melody(weights, shape, states, sentence.ends), len(frames))
    told[:, 0] = told[:, 0] * deviation[LOG_F0] + mean[LOG_F0]
    sounds = acoustic.sounds_of(frames, float(mean[LOG_F0]), float(deviation[LOG_F0]))
    vector = weights[f"{acoustic.PREFIX}.speakers.weight"][sentence.speaker]
    rows = acoustic.envelope(weights, shape, sentence.rows, vector, sentence.ends, sounds)
    rows = doubled(rows, len(frames))
    spread = acoustic.with_variance(rows, np.array(voice.spread, np.float32), frames[:, PAUSE])
    plain, wide = (mean[:CEPSTRA] + part * deviation[:CEPSTRA] for part in (rows, spread))
    return prosody.durations(weights, states), told, plain, wide
