"""A model with one tag or voice more: the old ones stay as they were, the new begins as the most alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.library.training_jobs import LabelKind
from engine.network.losses import bits_torch
from engine.network.model import WaveNet
from engine.training.crops import Crop, collate, example
from engine.training.own.task import RehearsingTask
from engine.training.warm_start import start_from
from engine.wavenet.conditioning import condition_inputs, with_feedback_flag
from engine.wavenet.config import GenerationParams, ModelConfig


def grown(config: ModelConfig, kind: LabelKind, label: str) -> ModelConfig:
    """The config with one name more, behind the others of its kind. Raises StudioError where it has it."""
    names = config.tags if kind == "tag" else config.speakers
    if label in names:
        raise StudioError(f"{kind} {label!r}: the model has one of this name; choose another")
    if kind == "tag":
        return replace(config, tags=(*names, label))
    return replace(config, speakers=(*names, label))


def column_of(config: ModelConfig, kind: LabelKind, label: str) -> int:
    """Where among the global features a name stands."""
    return config.tags.index(label) if kind == "tag" else len(config.tags) + config.speakers.index(label)


def features_of(config: ModelConfig, params: GenerationParams) -> NDArray[np.float32]:
    """The global features of ``params`` without the flag that says whether a guide is heard."""
    whole = condition_inputs(config, params)
    return whole[: len(whole) - config.guided]


def start_grown(task: RehearsingTask, base: Path, begins_as: NDArray[np.float32]) -> dict[str, object]:
    """Start from the base model's weights; the new name begins as ``begins_as``, old global features.

    Returns what the base model's card says of its training. Raises StudioError as ``start_from`` does.
    """
    earlier = start_from(task, base)
    condition, old = task.model.condition, task.teacher.condition
    assert condition is not None
    assert old is not None
    with torch.no_grad():
        given = with_feedback_flag(task.teacher.config, begins_as, guided=False)
        condition.weight[:, task.column] = old(torch.from_numpy(given))
    return earlier


@torch.inference_mode()
def nearest(teacher: WaveNet, crop: Crop, candidates: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Of ``candidates`` of global features those under which the old model finds ``crop`` likeliest.

    A new voice begins as the most alike of the old ones: their mean is nobody's, and silent.
    """
    row = collate([example(teacher.config, crop, candidates[0])])
    bits = []
    for features in candidates:
        given = torch.from_numpy(with_feedback_flag(teacher.config, features, guided=False))
        outputs = teacher(row["inputs"], given.unsqueeze(0))
        lost = bits_torch(teacher.config, outputs, row["targets"]) * row["mask"]
        bits.append(float(lost.sum()))
    return candidates[int(np.argmin(bits))]
