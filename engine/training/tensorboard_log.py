"""What TensorBoard shows of a run: its curves, numbered by the steps of the whole run."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lightning
from lightning.pytorch.callbacks import Callback

from engine.training.console import tell
from engine.training.progress import Speedometer
from engine.training.task import WaveNetTask

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

LOG = "log"
"""Folder of TensorBoard's files in that of the run."""


class TensorBoardLog(Callback):
    """Writes train_bits, learning_rate and samples_per_second now and then, validation_bits at validations.

    A resumed run replaces what the interrupted one logged after its checkpoint; what was logged before is
    on the disk when the checkpoint is. Only the first process writes. Keeps ``speed`` up.
    """

    def __init__(self, folder: Path, speed: Speedometer, every: int) -> None:
        """``every``: steps between two points of a curve, counted from the run's beginning."""
        self.folder, self.speed, self.every = folder / LOG, speed, every
        self.writer: SummaryWriter | None = None

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Open the files."""
        assert isinstance(pl_module, WaveNetTask)
        self.speed.mark(time.monotonic(), pl_module.samples)
        if not trainer.is_global_zero:
            return
        if importlib.util.find_spec("tensorboard") is None:
            tell("no curves will be logged: tensorboard is not installed")
            return
        from torch.utils.tensorboard import SummaryWriter

        purge = pl_module.steps + 1 if pl_module.steps else None
        self.writer = SummaryWriter(str(self.folder), purge_step=purge)

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Log every so many steps."""
        assert isinstance(pl_module, WaveNetTask)
        self.speed.mark(time.monotonic(), pl_module.samples)
        step = pl_module.steps
        if step % self.every:
            return
        bits = trainer.strategy.reduce(trainer.callback_metrics["train_bits"], reduce_op="mean")
        if self.writer is None:
            return
        self.writer.add_scalar("train_bits", float(bits), step)
        self.writer.add_scalar("learning_rate", trainer.optimizers[0].param_groups[0]["lr"], step)
        self.writer.add_scalar("samples_per_second", self.speed.rate, step)

    def on_validation_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Training pauses."""
        self.speed.pause()

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Log the held-out bits."""
        assert isinstance(pl_module, WaveNetTask)
        if self.writer is not None and not trainer.sanity_checking:
            self.writer.add_scalar("validation_bits", pl_module.validation_bits(), pl_module.steps)
            self.writer.flush()

    def on_save_checkpoint(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Bring to the disk what a run resumed from this checkpoint will not log again."""
        if self.writer is not None:
            self.writer.flush()

    def on_train_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Close the files."""
        self._close()

    def on_exception(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, exception: BaseException
    ) -> None:
        """Close the files."""
        self._close()

    def _close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None
