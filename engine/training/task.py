"""What Lightning trains: a WaveNet, its loss in bits per sample, its optimisers and schedule."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import lightning
import torch
from torch import Tensor

from engine.errors import StudioError
from engine.network.initialise import fresh_model
from engine.network.losses import bits_torch
from engine.training.budget import Budget
from engine.training.card import cpu
from engine.training.console import first_line, tell
from engine.training.muon import Muon
from engine.training.precision import COMPILER_ERRORS, EXACT, Speed
from engine.training.settings import Recipe
from engine.wavenet.config import ModelConfig


class WaveNetTask(lightning.LightningModule):
    """Minimises the bits per sample of the next sample's code."""

    def __init__(self, config: ModelConfig, recipe: Recipe, budget: Budget, speed: Speed = EXACT) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.model = fresh_model(config)
        self.recipe, self.budget = recipe, budget
        self.speed = speed.for_model(config)
        self._fast_forward = self.speed.forward(self.model)
        self.steps = 0
        """Optimiser steps taken."""
        self.samples = 0
        """Samples trained on."""
        self._validated: list[float] = []
        self._seconds_before: dict[str, float] = {}

    def progress(self) -> float:
        """Share of the run that is done, 0…1."""
        return self.budget.progress(self.steps)

    def learning_rate_factor(self) -> float:
        """Linear warm-up, constant, then linear decay to zero at the end of the budget."""
        warm = min(1.0, (self.steps + 1) / max(1, self.recipe.warmup_steps))
        left = (1.0 - self.progress()) / max(1e-9, 1.0 - self.recipe.decay_from)
        return warm * min(1.0, left)

    def training_step(self, batch: dict[str, Tensor]) -> None:
        """One step of both optimisers on ``crops.Batch``; stops the run when the budget is spent.

        Where compiling fails, which shows before the weights change, the step is made again, and the run
        goes on, without it; with several processes the error is the caller's.
        """
        try:
            self._step(batch)
        except COMPILER_ERRORS as error:
            if not (self.speed.compile or self.speed.fused) or self.trainer.world_size > 1:
                raise
            what = "compiling our own layers" if self.speed.fused else "torch.compile"
            tell(f"{what} failed, going on without it: {first_line(error)}")
            self.speed = self.speed.next_best()
            self._fast_forward = self.speed.forward(self.model)
            self.training_step(batch)

    def _step(self, batch: dict[str, Tensor]) -> None:
        optimisers: Any = self.optimizers()
        factor = self.learning_rate_factor()
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["full_lr"] * factor
            optimiser.zero_grad()
        loss = self.loss(batch, self._fast_forward)
        self.manual_backward(loss)
        if not torch.isfinite(loss):  # a GPU that is asked only now has the backward pass to do meanwhile
            raise StudioError(
                f"training became unstable (loss {loss.item()}) at step {self.steps}; "
                "lower learning_rate in the recipe and go on from the last checkpoint with --resume"
            )
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        for optimiser in optimisers:
            optimiser.step()
        self.steps += 1
        self.samples += batch["inputs"].numel() * self.trainer.world_size
        self.log("train_bits", loss.detach(), prog_bar=True)
        self.log("progress", self.progress(), prog_bar=True)
        if self.progress() >= 1.0:
            self.trainer.should_stop = True

    def validation_step(self, batch: dict[str, Tensor]) -> None:
        """Bits per sample of one fixed crop, in float32."""
        bits = self.loss(batch, self.model.forward)
        self._validated.append(float(bits))
        self.log("validation_bits", bits, prog_bar=True, batch_size=1)

    def on_validation_epoch_start(self) -> None:
        """Begin a new mean."""
        self._validated.clear()

    def validation_bits(self) -> float:
        """Mean bits per sample over the crops of the latest validation."""
        return sum(self._validated) / max(1, len(self._validated))

    def loss(self, batch: dict[str, Tensor], forward: Callable[..., Tensor]) -> Tensor:
        """Mean bits per sample where the mask is 1, under the outputs that ``forward`` gives."""
        outputs = forward(
            batch["inputs"], batch["global_features"], batch.get("frames"), batch.get("amplitudes")
        )
        bits = bits_torch(self.model.config, outputs, batch["targets"])
        return (bits * batch["mask"]).sum() / batch["mask"].sum().clamp(min=1.0)

    def configure_optimizers(self) -> Any:
        """Muon (Jordan et al. 2024) for the matrices inside the network, Adam for all the rest."""
        config = self.model.config
        inner = [p for name, p in self.model.named_parameters() if is_inner(name, p, config)]
        outer = [p for name, p in self.model.named_parameters() if not is_inner(name, p, config)]
        muon = Muon(inner, self.recipe.learning_rate)
        adam = torch.optim.Adam(outer, self.recipe.outer_learning_rate, betas=(0.9, 0.98))
        for optimiser in (muon, adam):
            for group in optimiser.param_groups:
                group["full_lr"] = group["lr"]
        return [muon, adam]

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep how far the run is."""
        checkpoint["wavenet_run"] = {
            "steps": self.steps,
            "samples": self.samples,
            "seconds": self.budget.elapsed(),
            "seconds_on": self.seconds_on(),
        }

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from how far the run was."""
        run = checkpoint["wavenet_run"]
        self.steps, self.samples = int(run["steps"]), int(run["samples"])
        self.budget.spent = float(run["seconds"])
        devices = run.get("seconds_on", {cpu(torch.get_num_threads()): run["seconds"]})  # new in checkpoints
        self._seconds_before = {str(device): float(seconds) for device, seconds in devices.items()}

    def seconds_on(self) -> dict[str, float]:
        """Seconds that the run took so far, on each processor or GPU that it has been on."""
        device = cpu(torch.get_num_threads())
        if self.device.type == "cuda":
            name, count = torch.cuda.get_device_name(self.device), self.trainer.world_size
            device = name if count == 1 else f"{count} {name}"
        now = self._seconds_before.get(device, 0.0) + self.budget.elapsed() - self.budget.spent
        return self._seconds_before | {device: now}


def is_inner(name: str, parameter: Tensor, config: ModelConfig) -> bool:
    """Whether a parameter is a matrix between hidden layers, of the main stack or of a context stack.

    What the keys of a piano roll do is not: a key is in few crops, much like a word in an embedding.
    """
    own = re.sub(r"^contexts\.\d+\.", "", name)
    if parameter.ndim != 2 or own.split(".")[0] not in ("layers", "skip", "head") or "condition" in own:
        return False
    scored = config.local is not None and config.local.features == "roll"
    return not (scored and own.endswith("local.weight"))
