"""Speech features as what a model of voices is told: bent as asked, in the voice of one of its speakers."""

from __future__ import annotations

from engine.errors import StudioError
from engine.speech.conversion import converted, voice_statistics
from engine.speech.features import CHANNELS, FRAME_RATE, Floats, bent, hop_of
from engine.wavenet.conditioning import index_of
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import Header, ModelFile


def says_recordings(config: ModelConfig) -> bool:
    """Whether a model of this shape is told speech features, as this version makes them."""
    local, rate = config.local, config.sample_rate
    if local is None or local.features != "speech" or rate % FRAME_RATE:
        return False
    return (local.channels, local.hop) == (CHANNELS, hop_of(rate))


def check_says(header: Header) -> None:
    """Raise StudioError where a model is told no speech features, or others than this version makes."""
    config, local = header.config, header.config.local
    if local is None or local.features != "speech":
        raise StudioError(f"model {header.name!r} says nothing: a recording needs one told speech features")
    if not says_recordings(config):
        raise StudioError(
            f"model {header.name!r} takes {local.channels} features every {local.hop} samples; "
            f"this version makes {CHANNELS} every {config.sample_rate / FRAME_RATE:g}"
        )


def likeness(
    features: Floats, model: ModelFile, semitones: float, speed: float, speaker: str | None
) -> Floats:
    """What ``model`` is told so that it says ``features`` [F, CHANNELS]: [round(F / speed), CHANNELS].

    ``semitones`` move the melody, ``speed`` above 0 makes it so many times as fast; timbre and pitch become
    those of ``speaker``, without one they stay as they are. Raises StudioError where the model is told no
    such features, and where it does not know the speaker's voice.
    """
    check_says(model.header)
    if speaker is not None:
        features = in_the_voice_of(speaker, features, model)
    return bent(features, semitones, speed)


def target_voice(config: ModelConfig, speaker: str | None, *, as_recorded: bool) -> str | None:
    """Whose timbre and pitch a recording gets; None where it keeps its own.

    It does where it is asked to, and where the model does not know what its speakers' voices are like.
    """
    knows_voices = config.local is not None and bool(config.local.voices)
    return speaker if knows_voices and not as_recorded else None


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
