"""A recording as what a model of voices is told: its speech features, bent as asked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition
from engine.library.audio_files import read_audio
from engine.library.frames import frame_condition
from engine.speech.conversion import converted, voice_statistics
from engine.speech.features import CHANNELS, Floats, bent, hop_of, speech_features
from engine.wavenet.conditioning import index_of
from engine.wavenet.model_file import ModelFile


def read_likeness(
    path: Path, model: ModelFile, semitones: float = 0.0, speed: float = 1.0, speaker: str | None = None
) -> tuple[LocalCondition, str]:
    """The local condition that makes ``model`` say what a recording says, and the SHA-256 of its frames.

    ``semitones`` move the melody, ``speed`` above 0 makes it so many times as fast; timbre and pitch become
    those of ``speaker``, without one they stay the recording's. Raises StudioError where the model is told no
    speech features, or others than this version makes, where it does not know the speaker's voice, and where
    the file is no audio.
    """
    _check(model)
    recording = read_audio(path, model.config.sample_rate)
    features = speech_features(recording, model.config.sample_rate)
    if speaker is not None:
        features = in_the_voice_of(speaker, features, model)
    features = bent(features, semitones, speed)
    return frame_condition(model, features), hashlib.sha256(features.astype("<f4").tobytes()).hexdigest()


def in_the_voice_of(speaker: str, features: Floats, model: ModelFile) -> Floats:
    """``features`` [F, CHANNELS] of anybody as one of the model's speakers says them.

    Raises StudioError where the model does not know the speaker, or not what the voice is like.
    """
    config = model.config
    index = index_of("speaker", speaker, config.speakers)
    if config.local is None or not config.local.voices:
        raise StudioError(
            f"model {model.header.name!r} does not know what the voice of {speaker!r} is like; "
            "--as-recorded keeps the recording's own"
        )
    target = config.local.voices[index]
    return converted(features, voice_statistics(features), target)


def _check(model: ModelFile) -> None:
    config = model.config
    local = config.local
    if local is None or local.features != "speech":
        raise StudioError(f"model {model.header.name!r} says nothing: --like needs one told speech features")
    if (local.channels, local.hop) != (CHANNELS, hop_of(config.sample_rate)):
        raise StudioError(
            f"model {model.header.name!r} takes {local.channels} features every {local.hop} samples; "
            f"this version makes {CHANNELS} every {hop_of(config.sample_rate)}"
        )
