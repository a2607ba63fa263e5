"""Frame files: the features that condition a stream, from a NumPy file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.files.arrays import read_array
from engine.generation.conditions import LocalCondition
from engine.music.condition import plays_scores
from engine.speech.features import CHANNELS, Floats, sharpening
from engine.wavenet.model_file import ModelFile


def read_frames(path: Path, model: ModelFile) -> NDArray[np.float32]:
    """[F, C] float32: the frames of an .npy file, C being what ``model`` takes.

    A file of [C, F] is turned round; where F = C it counts as [F, C]. Raises StudioError where the model
    takes no frames, where the file is missing or holds anything but numbers, on another width, and on NaN or
    infinity.
    """
    if model.config.local is None:
        raise StudioError(f"{path}: model {model.header.name!r} takes no frames; leave --condition out")
    channels = model.config.local.channels
    loaded = read_array(path, "the frames")
    if loaded.ndim == 2 and loaded.shape[1] != channels and loaded.shape[0] == channels:
        loaded = loaded.T
    if loaded.ndim != 2 or loaded.shape[1] != channels or not len(loaded):
        raise StudioError(
            f"{path}: shape {list(loaded.shape)}; model {model.header.name!r} takes [frames, {channels}]"
        )
    with np.errstate(over="ignore"):
        frames: NDArray[np.float32] = np.ascontiguousarray(loaded, dtype=np.float32)
    bad = np.argwhere(~np.isfinite(frames))
    if len(bad):
        raise StudioError(f"{path}: frame {bad[0][0]}, feature {bad[0][1]} is NaN or infinite")
    return frames


def frame_condition(model: ModelFile, frames: Floats) -> LocalCondition:
    """``frames`` [F, channels] as ``model`` takes them: speech features sharpen what is periodic.

    Raises StudioError as ``LocalCondition`` does.
    """
    local = model.config.local
    speaks = local is not None and local.features == "speech" and frames.shape[1:] == (CHANNELS,)
    return LocalCondition(model, frames, sharpening(frames) if speaks else None)


def read_condition(path: Path, model: ModelFile) -> tuple[LocalCondition, str]:
    """The local condition that a file describes, and the SHA-256 of its frames. Raises StudioError."""
    frames = read_frames(path, model)
    return frame_condition(model, frames), hashlib.sha256(frames.astype("<f4").tobytes()).hexdigest()


def doubts(model: ModelFile, local: LocalCondition | None, samples: int) -> list[str]:
    """What a user should know of the condition of so many samples: that it is missing, or too short."""
    if local is None and model.config.local is not None and not plays_scores(model.config):
        return [f"model {model.header.name!r} takes frames; without --condition it gets zeros"]
    if local is not None and local.samples < samples:
        return [f"the frames end after {local.samples} of {samples} samples; the last one is held"]
    return []
