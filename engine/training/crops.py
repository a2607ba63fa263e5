"""Crops: stretches of a track, what counts in them, and the batches that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import StudioError
from engine.music.condition import score_rows
from engine.music.roll import Notes
from engine.training.augment import model_inputs
from engine.training.encoded_corpus import EncodedCorpus, has_speech_features
from engine.wavenet import mulaw
from engine.wavenet.codes import Codes, code_type, decode
from engine.wavenet.conditioning import with_feedback_flag
from engine.wavenet.config import ModelConfig

Batch = dict[str, Tensor]
"""``inputs`` [B, T] int64 or, for a scalar input, float32; ``targets`` [B, T] int64, codes of the model's
type; ``global_features`` [B, C] and ``mask`` [B, T] float32; with context stacks ``amplitudes`` [B, T]
float32; where a score conditions the model, ``frames`` [B, F, C] float32, as ``music.condition`` makes
them."""

SILENT_PEAK = 0.003
"""Of full scale, -50 dB."""
ONSET_S = 0.06
"""How long the beginning of a note is."""


@dataclass(frozen=True)
class Crop:
    """A stretch of a track, as codes."""

    previous: NDArray[np.int64]
    """[n]: what came before each sample."""
    targets: NDArray[np.int64]
    """[n]: the samples."""
    mask: NDArray[np.float32]
    """[n]: 1 where a sample counts."""


def make_crop(codes: Codes, start: int, length: int, *, cold: bool) -> Crop:
    """``length`` samples from ``start``; what is too short is padded with silence, the padding masked.

    ``cold``: what came before does not count, as at the beginning of a stream.
    """
    silence = mulaw.SILENCE if codes.dtype == np.uint8 else 0
    targets = codes[start : start + length].astype(np.int64)
    before = silence if cold else int(codes[start - 1])
    previous = np.concatenate([[before], targets[:-1]])
    missing = length - len(targets)
    mask = np.concatenate([np.ones(len(targets)), np.zeros(missing)]).astype(np.float32)
    pad = (0, missing)
    return Crop(
        np.pad(previous, pad, constant_values=silence), np.pad(targets, pad, constant_values=silence), mask
    )


def example(
    config: ModelConfig,
    crop: Crop,
    global_features: NDArray[np.float32],
    noise: NDArray[np.float64] | None = None,
    frames: NDArray[np.float32] | None = None,
    *,
    feedback_flag: bool = False,
) -> dict[str, NDArray[Any]]:
    """One row of a ``Batch``. Where there is ``noise``, context stacks get the same of it as the input.

    ``frames`` [F, channels] of a model with local conditioning; without them they are zeros.
    ``feedback_flag``: whether a feedback track is mixed into ``crop.previous``; some models take it as input.
    """
    inputs, before = model_inputs(config, crop.previous, noise)
    row = {"inputs": inputs, "targets": crop.targets, "mask": crop.mask}
    row["global_features"] = with_feedback_flag(config, global_features, guided=feedback_flag)
    if config.contexts:
        # Sample t is what goes in at t + 1; the last one only bears on what lies behind the crop.
        row["amplitudes"] = np.append(before[1:], np.float32(0.0))
    if config.local is not None:
        count = -(-len(crop.targets) // config.local.hop)
        row["frames"] = np.zeros((count, config.local.channels), np.float32) if frames is None else frames
    return row


def score_frames(config: ModelConfig, notes: Notes, start: int, length: int) -> NDArray[np.float32]:
    """What a score is to the model, for ``length`` samples from sample ``start`` on: [F, channels]."""
    assert config.local is not None
    return score_rows(config, notes, -(-length // config.local.hop), start)


def speech_frames(
    config: ModelConfig, frames: NDArray[np.float16], start: int, length: int
) -> NDArray[np.float32]:
    """Of a track's speech features those for ``length`` samples from ``start``, which begins one, on."""
    assert config.local is not None
    first, count = min(start // config.local.hop, len(frames) - 1), -(-length // config.local.hop)
    found = frames[first : first + count].astype(np.float32)
    return np.pad(found, ((0, count - len(found)), (0, 0)), mode="edge")


def silence_mask(targets: NDArray[np.int64], config: ModelConfig) -> NDArray[np.bool_]:
    """Which of the samples [n] lie in 20 ms frames whose peak is below SILENT_PEAK."""
    amplitudes = np.abs(decode(targets.astype(code_type(config))))
    frame = config.sample_rate // 50
    padded = np.pad(amplitudes, (0, -len(amplitudes) % frame))
    quiet = padded.reshape(-1, frame).max(axis=1) < SILENT_PEAK
    return np.repeat(quiet, frame)[: len(amplitudes)]


def onset_mask(notes: Notes, start: int, length: int, config: ModelConfig) -> NDArray[np.bool_]:
    """Which of ``length`` samples from sample ``start`` on lie within ONSET_S after a note's beginning."""
    begins = np.rint(notes[:, 0].astype(np.float64) * config.sample_rate).astype(np.int64) - start
    span = round(ONSET_S * config.sample_rate)
    changes = np.zeros(length + 1, dtype=np.int64)
    np.add.at(changes, np.clip(begins, 0, length), 1)
    np.add.at(changes, np.clip(begins + span, 0, length), -1)
    return np.cumsum(changes[:-1]) > 0


def collate(crops: list[dict[str, NDArray[Any]]]) -> Batch:
    """Stack crops to a batch of tensors."""
    return {key: torch.from_numpy(np.stack([crop[key] for crop in crops])) for key in crops[0]}


def fixed_crops(
    encoded: EncodedCorpus, split: str, count: int, length: int, config: ModelConfig
) -> list[Batch]:
    """Up to ``count`` crops from the beginnings of pieces spread evenly over a split.

    Where a score conditions the model, every second one is shown with its score.
    """
    pieces = encoded.corpus.split(split)
    if not pieces:
        raise StudioError(f"{encoded.corpus.folder}: the corpus has no {split} pieces")
    chosen = [pieces[i] for i in np.unique(np.linspace(0, len(pieces) - 1, count).astype(int))]
    crops = []
    for index, piece in enumerate(chosen):
        crop = make_crop(encoded.piece(piece, config), 0, min(length, piece.length), cold=True)
        frames = None
        if has_speech_features(config):
            frames = speech_frames(config, encoded.frames(piece, config), 0, len(crop.targets))
        elif config.local is not None and index % 2 == 1:
            frames = score_frames(config, encoded.corpus.notes(piece), 0, len(crop.targets))
        crops.append(collate([example(config, crop, encoded.global_features(piece), frames=frames)]))
    return crops
