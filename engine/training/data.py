"""Batches of a corpus's crops, drawn in an order that depends only on the seed and the step."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from engine.errors import StudioError
from engine.training.augment import drifted, mix_score_track
from engine.training.crops import (
    Batch,
    collate,
    example,
    fixed_crops,
    make_crop,
    onset_mask,
    score_frames,
    silence_mask,
    speech_frames,
)
from engine.training.encoded_corpus import EncodedCorpus, has_speech_features, tracks
from engine.training.settings import Recipe, Stage
from engine.training.task import WaveNetTask
from engine.training.varispeed import Varispeed
from engine.wavenet.config import ModelConfig

VALIDATION_CROP = 12_288
VALIDATION_CROPS = 14


class Crops(IterableDataset[Batch]):
    """An endless row of training batches; ``step`` is the next one's index, and can be set.

    Where several processes train together, each one of ``rank`` draws other crops: a step of two
    processes with a batch of one sees the very crops of one process with a batch of two.
    """

    def __init__(
        self, encoded: EncodedCorpus, recipe: Recipe, config: ModelConfig, progress: Callable[[int], float]
    ) -> None:
        super().__init__()
        self.encoded, self.recipe, self.config, self.progress = encoded, recipe, config, progress
        predicted = recipe.predicted_wandering if recipe.predicted > 0.0 else None
        self.tracks = tracks(encoded, "train", config, predicted=predicted)
        self.step = 0
        self.rank = 0
        if not self.tracks:
            raise StudioError(f"{encoded.corpus.folder}: the corpus has no training pieces")
        self._speech = has_speech_features(config)
        if config.local is not None and not self._speech and not encoded.corpus.scored:
            raise StudioError(
                f"{encoded.corpus.folder}: the corpus has no notes; leave score out of the recipe"
            )
        if recipe.guided > 0.0 and not encoded.corpus.scored:
            raise StudioError(
                f"{encoded.corpus.folder}: the corpus has no notes; leave guided out of the recipe"
            )
        unknown = sorted(set(recipe.emphasis) - {*encoded.tags, *encoded.speakers})
        if unknown:
            raise StudioError(f"emphasis: the corpus has no tag or speaker {unknown[0]!r}")
        weights = np.array([len(t.codes) * emphasis(recipe, encoded, t.global_features) for t in self.tracks])
        self._weights = weights / weights.sum()
        self._varispeed = Varispeed(encoded, config, recipe.varispeed_semitones)

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        ahead, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        self.step += ahead  # workers take turns
        while True:
            step, self.step = self.step, self.step + workers
            yield self._batch(step)

    def _batch(self, step: int) -> Batch:
        stage = self.recipe.stage(self.progress(step))
        rows = range(self.rank * stage.batch, (self.rank + 1) * stage.batch)
        rngs = [np.random.default_rng((self.recipe.seed, step, row)) for row in rows]
        return collate([self._crop(stage, rng) for rng in rngs])

    def _crop(self, stage: Stage, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
        if self.recipe.varispeed > 0.0 and rng.random() < self.recipe.varispeed:
            crop, frames, global_features = self._varispeed.crop(rng, stage.crop)
            crop.mask[: int(self.recipe.skipped * stage.crop)] = 0.0
            noise = self._noise(stage, rng)
            global_features = global_features * np.float32(rng.random() >= self.recipe.dropout)
            return example(self.config, crop, global_features, noise, frames)
        return self._own_crop(stage, rng)

    def _noise(self, stage: Stage, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """What is added to the fed-back input of a crop, [n], if anything."""
        recipe = self.recipe
        noisy = rng.random() < recipe.noisy
        deviation = recipe.noise * max(1.0, recipe.noise_up_to / max(recipe.noise, 1e-9)) ** rng.random()
        return rng.normal(0.0, deviation, stage.crop) if noisy else None

    def _own_crop(self, stage: Stage, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
        """A crop of a track as it was recorded."""
        recipe = self.recipe
        track = self.tracks[rng.choice(len(self.tracks), p=self._weights)]
        last = len(track.codes) - stage.crop
        cold = rng.random() < recipe.cold_starts or last < 1
        start = int(rng.choice(track.starts)) if cold else int(rng.integers(1, last + 1))
        if self._speech and not cold:
            assert self.config.local is not None
            hop = self.config.local.hop
            start = max(hop, start // hop * hop)  # frames are not cut
        crop = make_crop(track.codes, start, stage.crop, cold=cold)
        if recipe.silence < 1.0:
            crop.mask[silence_mask(crop.targets, self.config)] *= np.float32(recipe.silence)
        if recipe.onsets > 1.0:
            crop.mask[onset_mask(track.notes, start, stage.crop, self.config)] *= np.float32(recipe.onsets)
        if not cold:
            crop.mask[: int(recipe.skipped * stage.crop)] = 0.0
        noise = self._noise(stage, rng)
        global_features = track.global_features * np.float32(rng.random() >= recipe.dropout)
        frames = None
        if self._speech:
            predicted = recipe.predicted > 0.0 and rng.random() < recipe.predicted
            rows = track.predicted if predicted else track.frames
            frames = speech_frames(self.config, rows, start, stage.crop)
        elif self.config.local is not None and rng.random() >= recipe.score_dropout:
            frames = score_frames(self.config, track.notes, start, stage.crop)
        feedback_flag = rng.random() < recipe.guided
        if feedback_flag:
            crop = replace(crop, previous=mix_score_track(self.config, crop.previous, track.notes, start))
        if rng.random() < recipe.fewer_tags:
            global_features = global_features * (rng.random(len(global_features)) < rng.random())
        if rng.random() < recipe.astray:
            crop = replace(crop, previous=drifted(self.config, crop.previous, rng))
        return example(self.config, crop, global_features, noise, frames, feedback_flag=feedback_flag)


class CropData(lightning.LightningDataModule):
    """Training batches and a fixed set of validation crops; remembers its place for a resume."""

    def __init__(self, encoded: EncodedCorpus, task: WaveNetTask, workers: int = 0) -> None:
        """``workers``: processes that cut crops beside training, 0 for none; the crops are the same."""
        super().__init__()
        self.task, self.workers = task, workers
        config = task.model.config
        self.crops = Crops(encoded, task.recipe, config, task.budget.progress)
        self.validation = fixed_crops(encoded, "validation", VALIDATION_CROPS, VALIDATION_CROP, config)

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


def emphasis(recipe: Recipe, encoded: EncodedCorpus, global_features: NDArray[np.float32]) -> float:
    """The factor by which what bears these ``global_features`` is drawn more often."""
    names = np.array([*encoded.tags, *encoded.speakers])[global_features > 0.0]
    return math.prod(recipe.emphasis.get(str(name), 1.0) for name in names)
