"""Early stopping: when held-out bits no longer fall, and which model file was the best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning
from lightning.pytorch.callbacks import Callback

from engine.files.writing import write_atomically
from engine.training.console import tell
from engine.training.saving import MODEL
from engine.training.task import WaveNetTask

BEST = "best.safetensors"


class EarlyStopping(Callback):
    """Ends a run after ``validations`` in a row that did not lower the held-out bits.

    Keeps the model file of the lowest as best.safetensors; stands behind ``SaveModel`` in the trainer's list.
    """

    def __init__(self, folder: Path, validations: int) -> None:
        """``validations`` ≥ 1."""
        self.folder, self.validations = folder, validations
        self.best = float("inf")
        self.waited = 0

    @property
    def state_key(self) -> str:
        """What checkpoints call this callback: its class's name when the first of them were written."""
        return "Patience"

    def state_dict(self) -> dict[str, Any]:
        """The lowest bits so far, and for how many validations they have been."""
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on waiting where the run was cut short."""
        self.best, self.waited = float(state_dict["best"]), int(state_dict["waited"])

    def on_validation_epoch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> None:
        """Compare; every process has the same figures, so all stop together."""
        assert isinstance(pl_module, WaveNetTask)
        if trainer.sanity_checking:
            return
        bits = pl_module.validation_bits()
        if bits < self.best:
            self.best, self.waited = bits, 0
            if trainer.is_global_zero:
                write_atomically(self.folder / BEST, (self.folder / MODEL).read_bytes())
            return
        self.waited += 1
        if self.waited >= self.validations:
            trainer.should_stop = True
            tell(f"stopped: {self.waited} validations without fewer bits than {self.best:.3f}")
