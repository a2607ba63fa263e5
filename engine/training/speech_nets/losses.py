"""What the nets of speech are trained to make small."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.speech.features import CEPSTRA
from engine.speech.tokens import PAUSES
from engine.training.speech_nets.batches import Batch
from engine.training.speech_nets.model import Acoustic, Prosody
from engine.wavenet.config import VoiceStatistics

UNVOICED_MELODY = 0.1
"""Weight of the melody where it only bridges what has none."""
VOICING = 0.5
ENERGY = 3.0
"""Weight of the first cepstrum: it moves all bands at once."""
SLOPES = 0.5
"""Weight of what changes from frame to frame."""
SILENCE = 0.3
"""Weight of frames in pauses."""


def run_prosody(net: Prosody, batch: Batch) -> tuple[Tensor, Tensor]:
    """Log durations and melody rows of a batch, with its true durations."""
    log_durations, rows = net(
        batch.tokens, batch.speaker, batch.mask, batch.owners, batch.places, batch.frame_mask
    )
    return log_durations, rows


def run_acoustic(net: Acoustic, batch: Batch) -> Tensor:
    """Cepstra of a batch, with its true durations, melody and voicing."""
    rows: Tensor = net(batch.tokens, batch.speaker, batch.mask, batch.owners, batch.sounds, batch.frame_mask)
    return rows


def prosody_loss(net: Prosody, batch: Batch) -> Tensor:
    """L1 of log durations of phones, L1 of the melody, and how unlikely the voicing was thought."""
    log_durations, rows = run_prosody(net, batch)
    sounding = (batch.tokens[:, :, 0] >= PAUSES) * batch.mask[:, :, 0]
    wanted = torch.log(batch.durations.clamp(min=1.0))
    duration = ((log_durations - wanted).abs() * sounding).sum() / sounding.sum()
    mask, melody = batch.frame_mask[:, :, 0], batch.melody
    weight = mask * (UNVOICED_MELODY + (1.0 - UNVOICED_MELODY) * melody[:, :, 2])
    log_f0 = ((rows[:, :, 0] - melody[:, :, 0]).abs() * weight).sum() / weight.sum()
    voicing = functional.binary_cross_entropy_with_logits(rows[:, :, 1:], melody[:, :, 1:], reduction="none")
    return duration + log_f0 + VOICING * (voicing.sum(dim=2) * mask).sum() / mask.sum()


def acoustic_loss(net: Acoustic, batch: Batch, deviations: Tensor) -> Tensor:
    """L1 of cepstra and of their slopes, in units of features; ``deviations`` [speakers, CEPSTRA]."""
    difference = (run_acoustic(net, batch) - batch.cepstra) * deviations[batch.speaker][:, None]
    mask = batch.frame_mask * (1.0 - (1.0 - SILENCE) * batch.melody[:, :, 3:])
    level = (difference.abs() * mask).sum()
    slopes = difference[:, 1:] - difference[:, :-1]
    slope = (slopes.abs() * mask[:, 1:] * batch.frame_mask[:, 1:]).sum()
    return (level + SLOPES * slope) / (mask.sum() * CEPSTRA)


def weights_of(voices: Sequence[VoiceStatistics]) -> Tensor:
    """[speakers, CEPSTRA]: each voice's deviations, the energy's more."""
    deviations = torch.tensor([voice.deviation[:CEPSTRA] for voice in voices])
    deviations[:, 0] *= ENERGY
    return deviations
