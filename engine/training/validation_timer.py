"""When to validate and when to save, by one clock for all processes of a run."""

from __future__ import annotations

import sys
from typing import Any

import lightning
from lightning.pytorch.callbacks import Callback

from engine.training.budget import Budget

NEVER = sys.maxsize
"""Batches until a validation, as a trainer's ``val_check_interval``: the timer decides, not the count."""


class ValidationTimer(Callback):
    """Asks for a validation every ``seconds``; where several processes train, the first one's clock holds.

    If each went by its own, one would validate or stop while another waits for its gradients.
    """

    def __init__(self, budget: Budget, seconds: float) -> None:
        self.budget, self.seconds = budget, seconds
        self._validated = 0.0

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Count from here."""
        self._share(trainer)
        self._validated = self.budget.elapsed()

    def on_train_batch_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Set the time that holds during this step."""
        self._share(trainer)

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Let the trainer validate after this batch, if it is time."""
        due = self.budget.elapsed() - self._validated >= self.seconds
        trainer.val_check_batch = 1 if due else NEVER
        if due:
            self._validated = self.budget.elapsed()

    def _share(self, trainer: lightning.Trainer) -> None:
        if trainer.world_size > 1:
            self.budget.set_elapsed(trainer.strategy.broadcast(self.budget.measured()))
