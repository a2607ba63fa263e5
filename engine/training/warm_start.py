"""The weights a run starts from: another model's, as far as the two are alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import StudioError
from engine.training.task import WaveNetTask
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile, load_model

OWN = ("tags", "speakers", "local", "guided")
"""In these the models may differ: tags and speakers are matched by name, scores and guides learnt anew."""

FEEDBACK_FLAG = ("guide", "")
"""The kind and name of the feature that says whether a feedback track is mixed in."""


def start_from(task: WaveNetTask, path: Path) -> dict[str, Any]:
    """Start from a model file's weights. Raises StudioError where its config differs in more than OWN.

    Tags, speakers and local conditioning that the file does not know keep their fresh weights, and a feedback
    track means nothing at first; what the file knows beyond the task's is left behind. Returns what the
    model's card says of its training, empty where it says nothing.
    """
    model = load_model(path)
    check_alike(path, model.config, task.model.config)
    with torch.no_grad():
        for name, parameter in task.model.named_parameters():
            if name == "condition.weight":
                copy_global_features(model, task.model.config, parameter)
            elif name in model.weights and model.weights[name].shape == tuple(parameter.shape):
                parameter.copy_(torch.from_numpy(model.weights[name]))
    earlier = model.header.card.get("training")
    return earlier if isinstance(earlier, dict) else {}


def check_alike(path: Path, given: ModelConfig, wanted: ModelConfig) -> None:
    """Raise StudioError where one model cannot start from the other's weights."""
    fields = [f.name for f in dataclasses.fields(ModelConfig) if f.name not in OWN]
    other = [f for f in fields if getattr(given, f) != getattr(wanted, f)]
    if given.local is not None and without_voices(given.local) != without_voices(wanted.local):
        other.append("local")
    if given.conditioned != wanted.conditioned:
        other.append("tags or speakers")
    if other:
        raise StudioError(f"{path}: cannot start from this model, it differs in {', '.join(other)}")


def without_voices(local: LocalConfig | None) -> LocalConfig | None:
    """How frames enter a model, whoever its speakers are."""
    return None if local is None else dataclasses.replace(local, voices=())


def copy_global_features(model: ModelFile, config: ModelConfig, weight: Tensor) -> None:
    """Copy the columns of ``condition.weight`` [C, choices] whose tags and speakers both models know."""
    if "condition.weight" not in model.weights:
        return
    known, wanted = names(model.config), names(config)
    for column, name in enumerate(wanted):
        if name in known:
            weight[:, column] = torch.from_numpy(model.weights["condition.weight"][:, known.index(name)])
        elif name == FEEDBACK_FLAG:
            weight[:, column] = 0.0


def names(config: ModelConfig) -> Sequence[tuple[str, str]]:
    """What each column of ``condition.weight`` is for: its kind and its name."""
    tags = [("tag", tag) for tag in config.tags]
    speakers = [("speaker", speaker) for speaker in config.speakers]
    vector = [("vector", str(i)) for i in range(config.vector_channels)]
    return [*tags, *speakers, *vector, *([FEEDBACK_FLAG] if config.guided else [])]
