"""What a run leaves on the disk: the model file at every validation, a checkpoint more often than that."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.utilities.exceptions import SIGTERMException
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.files.writing import replacing
from engine.training.budget import Budget
from engine.training.card import minutes_by_device, synthesised
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.settings import Recipe
from engine.training.task import WaveNetTask
from engine.training.validation_timer import NEVER
from engine.wavenet.model_file import save_model

CHECKPOINT = "last.ckpt"
MODEL = "model.safetensors"


class SaveModel(Callback):
    """At every validation: the averaged weights as a model file.

    Stands before the averaging callback in the trainer's list: when a validation's epoch ends, the
    averaged weights are still in place.
    """

    def __init__(
        self, encoded: EncodedCorpus, recipe: Recipe, folder: Path, earlier: dict[str, Any] | None = None
    ) -> None:
        """``earlier``: the training of the model that the run started from."""
        self.encoded, self.recipe, self.folder, self.earlier = encoded, recipe, folder, earlier or {}

    def state_dict(self) -> dict[str, Any]:
        """What the card has to count after a resume as well."""
        return {"earlier": self.earlier}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on counting."""
        self.earlier = state_dict["earlier"]

    def on_validation_epoch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        """Save the model, unless this is only the sanity check before a run."""
        assert isinstance(pl_module, WaveNetTask)
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        save_model(
            self.folder / MODEL,
            name=self.recipe.name,
            config=pl_module.model.config,
            weights=weights_of(pl_module.model),
            licence=licence(self.encoded.corpus.about),
            card=training_summary(pl_module, self.encoded, self.earlier),
        )


class SaveCheckpoint(Callback):
    """The whole run, every ``seconds`` and at every validation; the old one stays until the new one is whole.

    Stands after the averaging callback, which belongs to what is saved. (Lightning's own ModelCheckpoint
    never saves by the clock where, as here, the optimisers are stepped by hand.)
    """

    def __init__(self, folder: Path, budget: Budget, seconds: float) -> None:
        self.path, self.budget, self.seconds = folder / CHECKPOINT, budget, seconds
        self._saved = 0.0

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Count from here."""
        self._saved = self.budget.elapsed()

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Save if it is time; not before a validation, which a run resumed from here would leave out."""
        validating = trainer.should_stop or trainer.val_check_batch != NEVER
        if self.budget.elapsed() - self._saved >= self.seconds and not validating:
            self.save(trainer, pl_module)

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Save, unless this is only the sanity check before a run."""
        if not trainer.sanity_checking:
            self.save(trainer, pl_module)

    def on_exception(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, exception: BaseException
    ) -> None:
        """Save where a machine's manager ends the run: Lightning raises this between two steps."""
        if isinstance(exception, SIGTERMException):
            self.save(trainer, pl_module)

    def save(self, trainer: lightning.Trainer, task: lightning.LightningModule) -> None:
        """Write the checkpoint in one step; not with weights that are no numbers: the next loss will tell.

        Raises StudioError where it cannot be written; the one before stays.
        """
        self._saved = self.budget.elapsed()
        if not all(bool(torch.isfinite(parameter).all()) for parameter in task.parameters()):
            return
        if not trainer.is_global_zero:
            trainer.save_checkpoint(self.path)  # takes part in it; the first process alone writes
            return
        with replacing(self.path) as temporary:
            trainer.save_checkpoint(temporary)


def done_before(checkpoint: Path, budget: Budget) -> bool:
    """Whether a checkpoint's run has spent ``budget``. Raises StudioError where it is none of ours."""
    try:
        run = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["wavenet_run"]
        steps, seconds = int(run["steps"]), float(run["seconds"])
    except (OSError, EOFError, RuntimeError, UnpicklingError, LookupError, TypeError, ValueError):
        raise StudioError(
            f"{checkpoint}: not a checkpoint of a run, or damaged; delete it to start again"
        ) from None
    if budget.steps is not None:
        return steps >= budget.steps
    return budget.seconds is not None and seconds >= budget.seconds


def weights_of(model: torch.nn.Module) -> dict[str, NDArray[np.float32]]:
    """Parameters as numpy arrays."""
    return {name: p.detach().cpu().float().numpy() for name, p in model.named_parameters()}


def licence(corpus: dict[str, Any]) -> str:
    """A model's licence: MIT where we synthesised all it learnt from; else whoever trained it must say."""
    return "MIT" if synthesised(corpus) else "depends on the recordings it learnt from, see its card"


def training_summary(
    task: WaveNetTask, encoded: EncodedCorpus, earlier: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What the card says of the data and of the training.

    ``earlier``: the training of the model that the run started from, which counts too.
    """
    before = earlier or {}
    about = encoded.corpus.about
    minutes_on = minutes_by_device(before)
    for device, seconds in task.seconds_on().items():
        minutes_on[device] = round(minutes_on.get(device, 0.0) + seconds / 60, 1)
    return {
        "corpus": {key: about[key] for key in ("kind", "seed", "sources", "sha256", "samples")},
        "training": {
            "minutes_on": minutes_on,
            "steps": task.steps + before.get("steps", 0),
            "samples": task.samples + before.get("samples", 0),
            "validation_bits": round(task.validation_bits(), 3),
        },
    }
