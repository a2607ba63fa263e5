"""Speech features of one voice, moved to where those of another lie: the same words, another speaker.

The classic baseline of voice conversion: what differs most between speakers is the mean of each feature, and
how far it strays (Toda et al. 2016, the Voice Conversion Challenge's reference for F0: log-Gaussian
normalisation).
"""

from __future__ import annotations

import numpy as np

from engine.speech.features import CEPSTRA, CHANNELS, LOG_F0, PAUSE, VOICED, Floats
from engine.wavenet.config import VoiceStatistics

ENERGY = 0
"""The cepstrum that says how loud a frame is; it stays what the recording's is."""
SMALLEST = 1e-3
"""Deviation below which a feature counts as constant."""


def voice_statistics(features: Floats) -> VoiceStatistics:
    """Where the features [F, CHANNELS] of one speaker lie.

    Cepstra are counted outside pauses, log F0 in voiced frames; the rest is no speaker's own and stays 0.
    Raises ValueError on another width.
    """
    if features.ndim != 2 or features.shape[1] != CHANNELS:
        raise ValueError(f"features of shape {list(features.shape)}, not [frames, {CHANNELS}]")
    mean, deviation = np.zeros(CHANNELS), np.zeros(CHANNELS)
    for channels, counted in (
        (slice(0, CEPSTRA), features[:, PAUSE] < 0.5),
        (slice(LOG_F0, LOG_F0 + 1), features[:, VOICED] > 0.5),
    ):
        if counted.any():
            chosen = features[counted, channels].astype(np.float64)
            mean[channels], deviation[channels] = chosen.mean(axis=0), chosen.std(axis=0)
    return VoiceStatistics(tuple(mean.round(4).tolist()), tuple(deviation.round(4).tolist()))


def converted(features: Floats, source: VoiceStatistics, target: VoiceStatistics) -> Floats:
    """``features`` [F, CHANNELS] of a voice with ``source`` statistics as one with ``target``'s says them.

    Each cepstrum but the energy goes to the target's mean and deviation; the melody goes to its mean and
    keeps its range. A feature that is constant in either voice is only moved.
    """
    result = features.astype(np.float64)
    for channel in [c for c in range(CEPSTRA) if c != ENERGY]:
        before, after = source.deviation[channel], target.deviation[channel]
        scale = after / before if min(before, after) > SMALLEST else 1.0
        centred = result[:, channel] - source.mean[channel]
        result[:, channel] = centred * scale + target.mean[channel]
    result[:, LOG_F0] += target.mean[LOG_F0] - source.mean[LOG_F0]
    moved: Floats = result.astype(np.float32)
    return moved
