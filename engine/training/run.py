"""One training run: folders, Lightning's trainer, checkpoints, the model file at every validation."""

from __future__ import annotations

import dataclasses
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, EMAWeightAveraging, TQDMProgressBar
from lightning.pytorch.loggers import TensorBoardLogger
from numpy.typing import NDArray

from engine.checkpoint import load_model, save_model
from engine.config import ModelConfig
from engine.errors import StudioError
from engine.training.budget import Budget
from engine.training.card import synthesised
from engine.training.data import CodedCorpus, CropData
from engine.training.precision import EXACT, Speed
from engine.training.settings import Recipe
from engine.training.task import WaveNetTask

CHECKPOINT = "last.ckpt"
MODEL = "model.safetensors"


@dataclass(frozen=True)
class RunOptions:
    """Where a run lives and how it begins."""

    corpus: Path
    folder: Path
    """Receives last.ckpt, model.safetensors and TensorBoard's logs."""
    init: Path | None = None
    """A model file whose weights to start from."""
    resume: bool = False
    threads: int | None = None
    speed: Speed = EXACT
    progress_bar: bool = True


def train(recipe: Recipe, budget: Budget, options: RunOptions) -> Path:
    """Train until the budget is spent; returns the model file's path.

    Raises StudioError where the corpus, the model to start from or the checkpoint cannot be used,
    where the loss becomes NaN, or where memory runs out.
    """
    checkpoint = options.folder / CHECKPOINT
    if options.resume and not checkpoint.exists():
        raise StudioError(f"{options.folder}: no {CHECKPOINT} to resume from; leave out --resume")
    if not options.resume and checkpoint.exists():
        raise StudioError(f"{options.folder} already holds a run; add --resume or give another --output")
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.threads:
        torch.set_num_threads(options.threads)
    lightning.seed_everything(recipe.seed, verbose=False)
    coded = CodedCorpus(options.corpus)
    config = recipe.model.config(
        sample_rate=coded.corpus.sample_rate, tags=coded.tags, speakers=coded.speakers
    )
    task = WaveNetTask(config, recipe, budget, options.speed)
    earlier = {} if options.init is None else initialise(task, options.init)
    data = CropData(coded, task)
    budget.start()
    try:
        with lightning_quietened():
            trainer = _trainer(recipe, coded, options, earlier)
            trainer.fit(task, datamodule=data, ckpt_path=str(checkpoint) if options.resume else None)
    except MemoryError:
        raise StudioError("out of memory: make crop or batch smaller in the recipe's stages") from None
    except RuntimeError as error:
        if "not enough memory" in str(error) or "out of memory" in str(error):
            raise StudioError("out of memory: make crop or batch smaller in the recipe's stages") from None
        raise
    return options.folder / MODEL


@contextmanager
def lightning_quietened() -> Iterator[None]:
    """Keep Lightning's hints about hardware, workers and other products off the terminal."""
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="lightning")
            yield
    finally:
        logger.setLevel(level)


def initialise(task: WaveNetTask, path: Path) -> dict[str, Any]:
    """Start from a model file's weights. Raises StudioError where its config differs.

    Returns what the model's card says of its training, empty where it says nothing.
    """
    model = load_model(path)
    if model.config != task.model.config:
        fields = (f.name for f in dataclasses.fields(ModelConfig))
        other = [f for f in fields if getattr(model.config, f) != getattr(task.model.config, f)]
        raise StudioError(f"{path}: cannot start from this model, it differs in {', '.join(other)}")
    task.model.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    earlier = model.header.card.get("training")
    return earlier if isinstance(earlier, dict) else {}


def weights_of(model: torch.nn.Module) -> dict[str, NDArray[np.float32]]:
    """Parameters as numpy arrays."""
    return {name: p.detach().cpu().float().numpy() for name, p in model.named_parameters()}


class SaveRun(Callback):
    """At every validation: the averaged weights as a model file, the whole run as a checkpoint.

    Stands before the averaging callback in the trainer's list: when a validation's epoch ends, the
    averaged weights are still in place. (Lightning's own ModelCheckpoint never saves by the clock
    where, as here, the optimisers are stepped by hand.)
    """

    def __init__(
        self, coded: CodedCorpus, recipe: Recipe, folder: Path, earlier: dict[str, Any] | None = None
    ) -> None:
        self.coded, self.recipe, self.folder, self.earlier = coded, recipe, folder, earlier or {}

    def on_validation_epoch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        """Save the model, unless this is only the sanity check before a run."""
        assert isinstance(pl_module, WaveNetTask)
        if trainer.sanity_checking:
            return
        save_model(
            self.folder / MODEL,
            name=self.recipe.name,
            config=pl_module.model.config,
            weights=weights_of(pl_module.model),
            licence=licence(self.coded.corpus.about),
            card=training_summary(pl_module, self.coded, self.earlier),
        )

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Save the run; the old checkpoint stays whole until the new one is."""
        if trainer.sanity_checking:
            return
        temporary = self.folder / f"{CHECKPOINT}.part"
        trainer.save_checkpoint(temporary)
        os.replace(temporary, self.folder / CHECKPOINT)


def licence(corpus: dict[str, Any]) -> str:
    """A model's licence: MIT where we synthesised all it learnt from; else whoever trained it must say."""
    return "MIT" if synthesised(corpus) else "depends on the recordings it learnt from, see its card"


def training_summary(
    task: WaveNetTask, coded: CodedCorpus, earlier: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What the card says of the data and of the training.

    ``earlier``: the training of the model that the run started from, which counts too.
    """
    before = earlier or {}
    about = coded.corpus.about
    return {
        "corpus": {key: about[key] for key in ("kind", "seed", "sources", "sha256", "samples")},
        "training": {
            "minutes": round(task.budget.elapsed() / 60 + before.get("minutes", 0.0), 1),
            "threads": torch.get_num_threads(),
            "steps": task.steps + before.get("steps", 0),
            "samples": task.samples + before.get("samples", 0),
            "validation_bits": round(task.validation_bits(), 3),
        },
    }


def _trainer(
    recipe: Recipe, coded: CodedCorpus, options: RunOptions, earlier: dict[str, Any]
) -> lightning.Trainer:
    every = timedelta(minutes=recipe.validate_minutes)
    callbacks: list[Callback] = [
        SaveRun(coded, recipe, options.folder, earlier),
        EMAWeightAveraging(decay=recipe.ema),
    ]
    if options.progress_bar:
        callbacks.append(TQDMProgressBar(refresh_rate=10))
    return lightning.Trainer(
        default_root_dir=options.folder,
        accelerator="auto",
        devices=1,
        max_epochs=-1,
        callbacks=callbacks,
        val_check_interval=every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=1,
        log_every_n_steps=20,
        logger=TensorBoardLogger(options.folder, name="log", version=""),
        enable_progress_bar=options.progress_bar,
        enable_model_summary=False,
        enable_checkpointing=False,
    )
