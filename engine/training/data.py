"""Crops of a corpus, drawn in an order that depends only on the seed and the step."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from engine import mulaw
from engine.conditioning import told
from engine.config import ModelConfig
from engine.corpus.reader import Corpus, Piece
from engine.errors import StudioError
from engine.music.condition import score_rows
from engine.music.roll import Notes
from engine.quantisation import NEAREST, Codes, code_type, decode
from engine.training.feeding import astray, guided, heard
from engine.training.settings import Recipe, Stage
from engine.training.task import WaveNetTask

Batch = dict[str, Tensor]
"""``inputs`` [B, T] int64 or, for a scalar input, float32; ``targets`` [B, T] int64, codes of the model's
type; ``choices`` [B, C] and ``mask`` [B, T] float32; with context stacks ``amplitudes`` [B, T] float32;
where a score conditions the model, ``frames`` [B, F, C] float32, as ``music.condition`` makes them."""

VALIDATION_CROP = 12_288
VALIDATION_CROPS = 14
SILENT_PEAK = 0.003
"""Of full scale, -50 dB."""
ONSET_S = 0.06
"""How long the beginning of a note is."""


class CodedCorpus:
    """A corpus as codes, mu-law or 16-bit linear ones, with each piece's condition vector."""

    def __init__(self, folder: Path) -> None:
        """Raises StudioError where the folder holds no corpus."""
        self.corpus = Corpus(folder)
        self.tags, self.speakers = self.corpus.tags, self.corpus.speakers

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """The whole corpus as mu-law codes, in memory."""
        return NEAREST[self.corpus.audio.view(np.uint16)]

    def piece(self, piece: Piece, config: ModelConfig) -> Codes:
        """Codes [n_samples] of a piece, of the type that a model draws; 16-bit ones are the audio itself."""
        whole: Codes = self.codes if code_type(config) is np.uint8 else self.corpus.audio
        return whole[piece.start : piece.start + piece.length]

    def choices(self, piece: Piece) -> NDArray[np.float32]:
        """The condition's input for a piece: its tags at weight 1, its speaker one-hot."""
        vector = np.zeros(len(self.tags) + len(self.speakers), dtype=np.float32)
        for tag in piece.tags:
            vector[self.tags.index(tag)] = 1.0
        if piece.speaker is not None:
            vector[len(self.tags) + self.speakers.index(piece.speaker)] = 1.0
        return vector


@dataclass(frozen=True)
class Track:
    """Audio to cut crops from, all under one condition."""

    codes: Codes
    """[n_samples]."""
    starts: NDArray[np.int64]
    """Where its pieces begin."""
    choices: NDArray[np.float32]
    notes: Notes
    """What is played in it, in seconds from its first sample; see ``music.roll``."""


class Crops(IterableDataset[Batch]):
    """An endless row of training batches; ``step`` is the next one's index, and can be set.

    Where several processes train together, each one of ``rank`` draws other crops: a step of two
    processes with a batch of one sees the very crops of one process with a batch of two.
    """

    def __init__(
        self, coded: CodedCorpus, recipe: Recipe, config: ModelConfig, progress: Callable[[int], float]
    ) -> None:
        super().__init__()
        self.coded, self.recipe, self.config, self.progress = coded, recipe, config, progress
        self.tracks = tracks(coded, "train", config)
        self.step = 0
        self.rank = 0
        if not self.tracks:
            raise StudioError(f"{coded.corpus.folder}: the corpus has no training pieces")
        if config.local is not None and not coded.corpus.scored:
            raise StudioError(
                f"{coded.corpus.folder}: the corpus has no notes; leave score out of the recipe"
            )
        if recipe.guided > 0.0 and not coded.corpus.scored:
            raise StudioError(
                f"{coded.corpus.folder}: the corpus has no notes; leave guided out of the recipe"
            )
        unknown = sorted(set(recipe.emphasis) - {*coded.tags, *coded.speakers})
        if unknown:
            raise StudioError(f"emphasis: the corpus has no tag or speaker {unknown[0]!r}")
        weights = np.array([len(t.codes) * emphasis(recipe, coded, t.choices) for t in self.tracks])
        self._weights = weights / weights.sum()

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        ahead, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        self.step += ahead  # workers take turns
        while True:
            step, self.step = self.step, self.step + workers
            yield self._batch(step)

    def _batch(self, step: int) -> Batch:
        stage = self.recipe.stage(self.progress(step))
        places = range(self.rank * stage.batch, (self.rank + 1) * stage.batch)
        rngs = [np.random.default_rng((self.recipe.seed, step, place)) for place in places]
        return collate([self._crop(stage, rng) for rng in rngs])

    def _crop(self, stage: Stage, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
        recipe = self.recipe
        track = self.tracks[rng.choice(len(self.tracks), p=self._weights)]
        last = len(track.codes) - stage.crop
        cold = rng.random() < recipe.cold_starts or last < 1
        start = int(rng.choice(track.starts)) if cold else int(rng.integers(1, last + 1))
        piece = cut(track.codes, start, stage.crop, cold=cold)
        if recipe.silence < 1.0:
            piece.mask[silent(piece.targets, self.config)] *= np.float32(recipe.silence)
        if recipe.onsets > 1.0:
            piece.mask[struck(track.notes, start, stage.crop, self.config)] *= np.float32(recipe.onsets)
        if not cold:
            piece.mask[: int(recipe.skipped * stage.crop)] = 0.0
        noisy = rng.random() < recipe.noisy
        deviation = recipe.noise * max(1.0, recipe.noise_up_to / max(recipe.noise, 1e-9)) ** rng.random()
        noise = rng.normal(0.0, deviation, stage.crop) if noisy else None
        choices = track.choices * np.float32(rng.random() >= recipe.dropout)
        frames = None
        if self.config.local is not None and rng.random() >= recipe.score_dropout:
            frames = score_frames(self.config, track.notes, start, stage.crop)
        hears_guide = rng.random() < recipe.guided
        if hears_guide:
            piece = replace(piece, previous=guided(self.config, piece.previous, track.notes, start))
        if rng.random() < recipe.fewer_tags:
            choices = choices * (rng.random(len(choices)) < rng.random())
        if rng.random() < recipe.astray:
            piece = replace(piece, previous=astray(self.config, piece.previous, rng))
        return example(self.config, piece, choices, noise, frames, hears_guide=hears_guide)


class CropData(lightning.LightningDataModule):
    """Training batches and a fixed set of validation crops; remembers its place for a resume."""

    def __init__(self, coded: CodedCorpus, task: WaveNetTask, workers: int = 0) -> None:
        """``workers``: processes that cut crops beside training, 0 for none; the crops are the same."""
        super().__init__()
        self.task, self.workers = task, workers
        config = task.model.config
        self.crops = Crops(coded, task.recipe, config, task.budget.progress)
        self.validation = fixed_crops(coded, "validation", VALIDATION_CROPS, VALIDATION_CROP, config)

    def train_dataloader(self) -> DataLoader[Batch]:
        """Batches without end."""
        return DataLoader(
            self.crops,
            batch_size=None,
            num_workers=self.workers,
            pin_memory=torch.cuda.is_available(),
            worker_init_fn=outlive_termination,
        )

    def val_dataloader(self) -> DataLoader[Batch]:
        """The fixed validation crops, one a batch."""
        return DataLoader(self.validation, batch_size=None)  # type: ignore[arg-type]

    def state_dict(self) -> dict[str, Any]:
        """The index of the next batch, as of what has been trained on."""
        return {"step": self.task.steps}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where a checkpoint was written."""
        self.crops.step = int(state_dict["step"])


def outlive_termination(worker: int) -> None:
    """Leave SIGTERM, which machines' managers send to all of a run's processes, to the one that saves it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def emphasis(recipe: Recipe, coded: CodedCorpus, choices: NDArray[np.float32]) -> float:
    """The factor by which what bears these ``choices`` is drawn more often."""
    names = np.array([*coded.tags, *coded.speakers])[choices > 0.0]
    return math.prod(recipe.emphasis.get(str(name), 1.0) for name in names)


def tracks(coded: CodedCorpus, split: str, config: ModelConfig) -> list[Track]:
    """The pieces of a split; those of one speaker end to end, so that speech goes on after a pause."""
    groups: dict[str, list[Piece]] = {}
    for piece in coded.corpus.split(split):
        groups.setdefault(piece.id if piece.speaker is None else piece.speaker, []).append(piece)
    result = []
    for pieces in groups.values():
        starts = np.cumsum([0, *(piece.length for piece in pieces[:-1])])
        codes = np.concatenate([coded.piece(piece, config) for piece in pieces])
        played = [coded.corpus.notes(piece) for piece in pieces]
        for notes, start in zip(played, starts, strict=True):
            notes[:, 0] += start / coded.corpus.sample_rate
        result.append(Track(codes, starts, coded.choices(pieces[0]), np.concatenate(played)))
    return result


@dataclass(frozen=True)
class Crop:
    """A stretch of a track, as codes."""

    previous: NDArray[np.int64]
    """[n]: what came before each sample."""
    targets: NDArray[np.int64]
    """[n]: the samples."""
    mask: NDArray[np.float32]
    """[n]: 1 where a sample counts."""


def cut(codes: Codes, start: int, length: int, *, cold: bool) -> Crop:
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
    choices: NDArray[np.float32],
    noise: NDArray[np.float64] | None = None,
    frames: NDArray[np.float32] | None = None,
    *,
    hears_guide: bool = False,
) -> dict[str, NDArray[Any]]:
    """One row of a ``Batch``. Where there is ``noise``, context stacks hear the same of it as the input.

    ``frames`` [F, channels] of a model with local conditioning; without them they are zeros.
    ``hears_guide``: whether a guide has been mixed into ``crop.previous``, of which some models are told.
    """
    inputs, before = heard(config, crop.previous, noise)
    row = {"inputs": inputs, "targets": crop.targets, "mask": crop.mask}
    row["choices"] = told(config, choices, guided=hears_guide)
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


def silent(targets: NDArray[np.int64], config: ModelConfig) -> NDArray[np.bool_]:
    """Which of the samples [n] lie in 20 ms frames whose peak is below SILENT_PEAK."""
    amplitudes = np.abs(decode(targets.astype(code_type(config))))
    frame = config.sample_rate // 50
    padded = np.pad(amplitudes, (0, -len(amplitudes) % frame))
    quiet = padded.reshape(-1, frame).max(axis=1) < SILENT_PEAK
    return np.repeat(quiet, frame)[: len(amplitudes)]


def struck(notes: Notes, start: int, length: int, config: ModelConfig) -> NDArray[np.bool_]:
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


def fixed_crops(coded: CodedCorpus, split: str, count: int, length: int, config: ModelConfig) -> list[Batch]:
    """Up to ``count`` crops from the beginnings of pieces spread evenly over a split.

    Where a score conditions the model, every second one is shown with its score.
    """
    pieces = coded.corpus.split(split)
    if not pieces:
        raise StudioError(f"{coded.corpus.folder}: the corpus has no {split} pieces")
    chosen = [pieces[i] for i in np.unique(np.linspace(0, len(pieces) - 1, count).astype(int))]
    crops = []
    for index, piece in enumerate(chosen):
        crop = cut(coded.piece(piece, config), 0, min(length, piece.length), cold=True)
        scored = config.local is not None and index % 2 == 1
        frames = score_frames(config, coded.corpus.notes(piece), 0, len(crop.targets)) if scored else None
        crops.append(collate([example(config, crop, coded.choices(piece), frames=frames)]))
    return crops
