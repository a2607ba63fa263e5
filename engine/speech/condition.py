"""Speech features as the local condition of a model of voices."""

from __future__ import annotations

from engine.generation.conditions import LocalCondition
from engine.speech.features import CHANNELS, Floats, sharpening
from engine.wavenet.model_file import ModelFile


def frame_condition(model: ModelFile, frames: Floats) -> LocalCondition:
    """``frames`` [F, channels] as ``model`` takes them: speech features sharpen what is periodic.

    Raises StudioError as ``LocalCondition`` does.
    """
    local = model.config.local
    speaks = local is not None and local.features == "speech" and frames.shape[1:] == (CHANNELS,)
    return LocalCondition(model, frames, sharpening(frames) if speaks else None)
