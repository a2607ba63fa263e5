"""A recording as what a model of voices is told: its speech features, bent as asked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition
from engine.library.audio_files import read_audio
from engine.speech.condition import frame_condition
from engine.speech.features import CHANNELS, bent, hop_of, speech_features
from engine.wavenet.model_file import ModelFile


def read_likeness(
    path: Path, model: ModelFile, semitones: float = 0.0, speed: float = 1.0
) -> tuple[LocalCondition, str]:
    """The local condition that makes ``model`` say what a recording says, and the SHA-256 of its frames.

    ``semitones`` move the melody, ``speed`` above 0 makes it so many times as fast. Raises StudioError where
    the model is told no speech features, or others than this version makes, and where the file is no audio.
    """
    config = model.config
    local = config.local
    if local is None or local.features != "speech":
        raise StudioError(f"model {model.header.name!r} says nothing: --like needs one told speech features")
    if (local.channels, local.hop) != (CHANNELS, hop_of(config.sample_rate)):
        raise StudioError(
            f"model {model.header.name!r} takes {local.channels} features every {local.hop} samples; "
            f"this version makes {CHANNELS} every {hop_of(config.sample_rate)}"
        )
    features = bent(
        speech_features(read_audio(path, config.sample_rate), config.sample_rate), semitones, speed
    )
    return frame_condition(model, features), hashlib.sha256(features.astype("<f4").tobytes()).hexdigest()
