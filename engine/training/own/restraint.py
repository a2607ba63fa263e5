"""A step back, where what a model knew has suffered from what it learnt: weights between old and new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.training.crops import Batch
from engine.training.own.task import RehearsingTask
from engine.wavenet.model_file import Weights

MOST_LOST = 0.045
"""Bits per sample that the old tags or voices may lose, on what the old model plays."""
SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25)
"""Of the way from the old weights to the new ones."""
COLUMNS = "condition.weight"


@dataclass(frozen=True)
class Restrained:
    """A model between the old and the new one."""

    weights: Weights
    share: float
    bits: float
    """Per sample of the new sound that was kept back."""
    lost_bits: float
    """Per sample that what the old model knows has become less likely."""


def restrained(task: RehearsingTask, new: Weights, crops: Sequence[Batch]) -> Restrained:
    """The farthest of SHARES at which no more than MOST_LOST is lost on ``crops``, or the last of them.

    Weights change much for the old sounds and little for the new one where both are averaged (Wortsman et al.
    2022). The new name's own column stays as it was learnt. ``task`` is left with what is returned.
    """
    own = [crop for crop in crops if task.is_own(crop)]
    old = [crop for crop in crops if not task.is_own(crop)]
    for share in SHARES:
        weights = between(task, new, share)
        task.model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        lost = float(np.mean([task.apart(crop) for crop in old])) if old else 0.0
        if lost <= MOST_LOST:
            break
    with torch.inference_mode():
        bits = float(np.mean([float(task.loss(crop, task.model.forward)) for crop in own])) if own else 0.0
    return Restrained(weights, share, bits, lost)


def between(task: RehearsingTask, new: Weights, share: float) -> Weights:
    """Weights at ``share`` of the way from the old model's to ``new``."""
    result = dict(new)
    for name, parameter in task.teacher.named_parameters():
        old = parameter.detach().numpy()
        if name == COLUMNS:
            known = np.delete(new[name], task.column, axis=1)
            moved = old + np.float32(share) * (known - old)
            result[name] = np.insert(moved, task.column, new[name][:, task.column], axis=1)
        else:
            result[name] = old + np.float32(share) * (new[name] - old)
    return result
