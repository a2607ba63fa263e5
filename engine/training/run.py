"""One training run: folders, Lightning's trainer and its callbacks, in the order that they need."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EMAWeightAveraging
from lightning.pytorch.utilities.exceptions import SIGTERMException

from engine.errors import StudioError
from engine.training.audio_samples import AudioSamples
from engine.training.budget import Budget
from engine.training.console import tell
from engine.training.data import CropData
from engine.training.early_stopping import BEST, EarlyStopping
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.errors import explained
from engine.training.malloc import keep_freed_memory
from engine.training.precision import EXACT, Speed, describe
from engine.training.progress import RunProgress, Speedometer
from engine.training.saving import CHECKPOINT, MODEL, SaveCheckpoint, SaveModel, done_before
from engine.training.settings import Recipe
from engine.training.task import WaveNetTask
from engine.training.tensorboard_log import TensorBoardLog
from engine.training.validation_timer import NEVER, ValidationTimer
from engine.training.warm_start import start_from

MOST_WORKERS = 12
"""Processes beside a GPU: together they cut crops several times as fast as it takes them."""


class Interrupted(StudioError):
    """The system told a run to end; it is saved, and can go on."""


@dataclass(frozen=True)
class RunOptions:
    """Where a run lives, how it begins, what it leaves, and on how many processors."""

    corpus: Path
    folder: Path
    """Receives last.ckpt, model.safetensors, TensorBoard's logs and, with ``patience``, best.safetensors."""
    init: Path | None = None
    """A model file whose weights to start from."""
    resume: bool = False
    threads: int | None = None
    speed: Speed = EXACT
    progress_bar: bool = True
    checkpoint_seconds: float = 120.0
    """Between two checkpoints, besides those at validations."""
    log_every: int = 20
    """Steps between two points of the training curve."""
    listen: float = 0.0
    """Seconds of each free run at a validation; 0 for none."""
    patience: int | None = None
    """Validations without an improvement after which the run ends early; None for never."""
    devices: int = 1
    """GPUs of each machine, or processes where there is none."""
    nodes: int = 1
    """Machines."""
    strategy: Literal["auto", "ddp"] = "auto"
    """``auto``: ddp (distributed data parallel) where there is more than one process."""


def train(recipe: Recipe, budget: Budget, options: RunOptions) -> Path:
    """Train until the budget is spent; returns the model file's path: the best one's, with ``patience``.

    A run that had spent its budget before is left as it is. Raises StudioError where the corpus, the
    model to start from or the checkpoint cannot be used, where the loss becomes NaN, where memory runs
    out, and where the machine has not the devices asked for.
    """
    checkpoint = options.folder / CHECKPOINT
    result = options.folder / (MODEL if options.patience is None else BEST)
    if options.resume and not checkpoint.exists():
        raise StudioError(f"{options.folder}: no {CHECKPOINT} to resume from; leave out --resume")
    if not options.resume and checkpoint.exists():
        raise StudioError(f"{options.folder} already holds a run; add --resume or give another --output")
    if options.resume and done_before(checkpoint, budget):
        tell(f"{options.folder}: this run is finished; to train it further, give it more --steps or --time")
        return result
    options.folder.mkdir(parents=True, exist_ok=True)
    set_up(recipe.seed, options.threads)
    encoded = EncodedCorpus(options.corpus)
    shape = recipe.model.config(
        sample_rate=encoded.corpus.sample_rate, tags=encoded.tags, speakers=encoded.speakers
    )
    config = encoded.described(shape)
    task = WaveNetTask(config, recipe, budget, options.speed)
    tell(f"training in {describe(task.speed)}")
    earlier = {} if options.init is None or options.resume else start_from(task, options.init)
    fit(task, encoded, options, earlier)
    return result


def fit(
    task: WaveNetTask,
    encoded: EncodedCorpus,
    options: RunOptions,
    earlier: dict[str, Any],
    callbacks: Sequence[Callback] = (),
) -> None:
    """Train ``task`` on a corpus until its budget is spent; ``callbacks`` come last.

    ``earlier``: what the card of the model that it started from says of its training. Raises StudioError as
    ``train`` does.
    """
    data = CropData(encoded, task, workers_beside(options.devices))
    try:
        with lightning_quietened():
            trainer = _trainer(task.recipe, task.budget, encoded, options, earlier)
            trainer.callbacks.extend(callbacks)  # type: ignore[attr-defined]
            data.crops.rank = trainer.global_rank
            task.budget.start()
            resumed = str(options.folder / CHECKPOINT) if options.resume else None
            trainer.fit(task, datamodule=data, ckpt_path=resumed, weights_only=True)
    except SIGTERMException:
        raise Interrupted("told to stop (SIGTERM); the run is saved, --resume goes on with it") from None
    except Exception as error:
        known = explained(error)
        if known is None or known is error:
            raise
        raise known from error


def set_up(seed: int, threads: int | None) -> None:
    """What holds for the whole process of a run: memory, threads (None: all cores), random numbers."""
    keep_freed_memory()
    if threads:
        torch.set_num_threads(threads)
        os.environ["OMP_NUM_THREADS"] = str(threads)  # else Lightning decides, with several processes
    lightning.seed_everything(seed, verbose=False)


def workers_beside(devices: int) -> int:
    """Processes that cut crops for each of ``devices`` GPUs; none where the cores themselves train."""
    cores = (os.cpu_count() or 1) // devices
    return max(1, min(MOST_WORKERS, cores - 2)) if torch.cuda.is_available() else 0


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


def _trainer(
    recipe: Recipe, budget: Budget, encoded: EncodedCorpus, options: RunOptions, earlier: dict[str, Any]
) -> lightning.Trainer:
    several = options.devices * options.nodes > 1 or options.strategy == "ddp"
    return lightning.Trainer(
        default_root_dir=options.folder,
        accelerator="auto",
        devices=options.devices,
        num_nodes=options.nodes,
        # The last layer's residual output leads nowhere, so its weights have no gradient.
        strategy="ddp_find_unused_parameters_true" if several else "auto",
        max_epochs=-1,
        callbacks=_callbacks(recipe, budget, encoded, options, earlier),
        val_check_interval=NEVER,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=1,
        use_distributed_sampler=False,  # all processes validate on all crops, and so come to one decision
        logger=False,
        enable_progress_bar=options.progress_bar,
        enable_model_summary=False,
        enable_checkpointing=False,
    )


def _callbacks(
    recipe: Recipe, budget: Budget, encoded: EncodedCorpus, options: RunOptions, earlier: dict[str, Any]
) -> list[Callback]:
    """What happens beside training, in this order at every step and validation.

    When a validation's epoch ends, the averaged weights stand in for the model's until the averaging
    callback's turn comes: what saves or compares them goes before it. A checkpoint holds the average of
    the step it belongs to, and what was logged up to it: it goes behind both.
    """
    folder, speedometer = options.folder, Speedometer()
    log = TensorBoardLog(folder, speedometer, options.log_every)
    callbacks: list[Callback] = [
        ValidationTimer(budget, recipe.validate_minutes * 60.0),
        SaveModel(encoded, recipe, folder, earlier),
    ]
    if options.patience is not None:
        callbacks.append(EarlyStopping(folder, options.patience))
    callbacks += [
        EMAWeightAveraging(decay=recipe.ema),
        log,
        SaveCheckpoint(folder, budget, options.checkpoint_seconds),
    ]
    if options.listen > 0.0:
        callbacks.append(AudioSamples(encoded, folder, log, options.listen))
    if options.progress_bar:
        callbacks.append(RunProgress(speedometer))
    return callbacks
