"""What is minimised: the bits of the new sound, and on what the old model plays its own distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.network.losses import bits_torch
from engine.network.model import WaveNet
from engine.training.evaluate import network_of
from engine.training.task import WaveNetTask
from engine.wavenet.model_file import ModelFile

LN_2 = 0.6931471805599453


class RehearsingTask(WaveNetTask):
    """Crops that bear the new label are learnt; on all others the model stays what the old one was.

    There the loss is the cross entropy with the old model's distributions under the same features
    (distillation, Hinton et al. 2015), which are learnt from with less noise than from the samples it drew.
    """

    def __init__(self, *arguments: Any, teacher: ModelFile, column: int) -> None:
        """``arguments``: those of ``WaveNetTask``; ``column``: the new label's among the global features."""
        super().__init__(*arguments)
        self._teacher = (
            network_of(teacher).requires_grad_(False),
        )  # in a tuple: it is not trained, nor saved
        self.column = column
        self.own_bits = 0.0
        """Bits per sample of the latest step's crops that bear the new label."""
        self._apart: list[float] = []

    @property
    def teacher(self) -> WaveNet:
        """The old model, in torch."""
        return self._teacher[0]

    def loss(self, batch: dict[str, Tensor], forward: Callable[..., Tensor]) -> Tensor:
        """Mean over the samples whose mask is 1, in bits."""
        outputs = forward(batch["inputs"], batch["global_features"])
        own = batch["global_features"][:, self.column] > 0.0
        mask = batch["mask"]
        bits = outputs.new_zeros(mask.shape, dtype=torch.float32)
        if bool(own.any()):
            bits[own] = bits_torch(self.model.config, outputs[own], batch["targets"][own])
            weight = mask[own].sum().clamp(min=1.0)
            self.own_bits = float((bits[own].detach() * mask[own]).sum() / weight)
        if not bool(own.all()):
            bits[~own] = self._distilled(batch, outputs, ~own)
        return (bits * mask).sum() / mask.sum().clamp(min=1.0)

    def validation_step(self, batch: dict[str, Tensor]) -> None:
        """Bits per sample of a crop of the new sound; how far from the old model one of its own is."""
        if self.is_own(batch):
            super().validation_step(batch)
        else:
            self._apart.append(self.apart(batch))

    def is_own(self, batch: dict[str, Tensor]) -> bool:
        """Whether a batch of one crop is of the new sound."""
        return float(batch["global_features"][0, self.column]) > 0.0

    @torch.no_grad()
    def apart(self, batch: dict[str, Tensor]) -> float:
        """Bits per sample by which the model's distributions diverge from the old one's; ≥ 0."""
        outputs = self.model(batch["inputs"], batch["global_features"])
        chances = self._taught(batch, slice(None))
        entropy = -(chances * chances.clamp(min=1e-30).log()).sum(dim=-1)
        nats = -(chances * F.log_softmax(outputs.float(), dim=-1)).sum(dim=-1) - entropy
        return float((nats * batch["mask"]).sum() / batch["mask"].sum().clamp(min=1.0)) / LN_2

    def on_validation_epoch_start(self) -> None:
        """Begin new means."""
        super().on_validation_epoch_start()
        self._apart.clear()

    def lost_bits(self) -> float:
        """Bits per sample that the old tags or voices lost by the latest validation: a divergence, ≥ 0."""
        return sum(self._apart) / max(1, len(self._apart))

    def _distilled(self, batch: dict[str, Tensor], outputs: Tensor, rows: Tensor) -> Tensor:
        logs = F.log_softmax(outputs[rows].float(), dim=-1)
        return -(self._taught(batch, rows) * logs).sum(dim=-1) / LN_2

    @torch.no_grad()
    def _taught(self, batch: dict[str, Tensor], rows: Tensor | slice) -> Tensor:
        """The old model's distributions [B, T, 256] on some rows of a batch."""
        features = batch["global_features"][rows]
        known = torch.cat([features[:, : self.column], features[:, self.column + 1 :]], dim=1)
        return F.softmax(self.teacher(batch["inputs"][rows], known).float(), dim=-1)
