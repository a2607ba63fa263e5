"""Recordings by name or path: ours and the user's as features in a file, anybody's as audio to be analysed.

A file of features is a .safetensors file: the tensor ``frames``, int16 [F, 24] in steps of 1/256, and one
JSON page under KEY that says the name, the sample rate and the version of the features.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Gt, MaxLen, MinLen
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.errors import StudioError, reason, shortened, suggest
from engine.files.documents import parse_json
from engine.files.reading import open_ordinary
from engine.files.writing import write_atomically
from engine.library.audio_files import read_audio
from engine.library.frames import frame_condition
from engine.library.likeness import check_says, likeness
from engine.library.paths import recording_folders
from engine.library.recordings import (
    LONGEST_S,
    SHORTEST_S,
    SpokenRecording,
    Steps,
    in_steps,
    pack_steps,
)
from engine.speech.features import CHANNELS, FRAME_RATE, PAUSE, VERSION, VOICED, Floats, speech_features
from engine.wavenet.config import STRICT, explain

if TYPE_CHECKING:
    from engine.generation.conditions import LocalCondition
    from engine.library.presets import Preset
    from engine.wavenet.model_file import ModelFile

SUFFIX = ".safetensors"
KEY = "wavenet_studio_recording"
SPOKEN_S = 0.1
"""Less of a voice than this is none."""


@checked(frozen=True, config=STRICT)
class About:
    """What a file of features says of itself."""

    name: Annotated[str, MinLen(1), MaxLen(255)]
    """For people: of a sentence, what is said."""
    sample_rate: Annotated[int, Gt(0)]
    source: str = ""
    """Whose voice it was made from."""
    licence: str = ""
    features: int = VERSION
    """Version of the formulas that they were made by."""
    format: Literal[1] = 1


def find_recording(name: str) -> Path:
    """The file of features with this name, without its suffix; a name with one is a file anywhere.

    Raises StudioError with the nearest names where no folder has it.
    """
    if Path(name).suffix:
        return Path(name)
    known = {
        path.stem: path for folder in reversed(recording_folders()) for path in folder.glob(f"*{SUFFIX}")
    }
    if name not in known:
        raise StudioError(
            f"recording {shortened(name)!r} is unknown; {suggest(name, known)}, or give an audio file"
        )
    return known[name]


def load_recording(name: str, sample_rate: int) -> SpokenRecording:
    """The recording of a name or a file, for models at ``sample_rate`` Hz.

    Raises StudioError as ``find_recording``, ``read_features`` and ``listen`` do.
    """
    path = find_recording(name)
    return read_features(path) if path.suffix.lower() == SUFFIX else listen(path, sample_rate)


def recording_of(preset: Preset, sample_rate: int) -> SpokenRecording | None:
    """What a preset says, bent as it asks; None for nothing. Raises StudioError, naming the preset."""
    if preset.recording is None:
        return None
    try:
        recording = load_recording(preset.recording, sample_rate)
    except StudioError as error:
        raise StudioError(f"preset {preset.id!r}: {error}") from None
    return preset.bend(recording)


def listen(path: Path, sample_rate: int) -> SpokenRecording:
    """Analyse an audio file at ``sample_rate`` Hz: about a second of work for a minute of sound.

    Raises StudioError where it cannot be read, is too short or too long, or where nobody speaks in it.
    """
    samples = read_audio(path, sample_rate, most_s=LONGEST_S)
    if len(samples) < SHORTEST_S * sample_rate:
        raise StudioError(
            f"{path}: {len(samples) / sample_rate:.2f} s is too short; give {SHORTEST_S:g} s or more"
        )
    features = speech_features(samples, sample_rate)
    spoken = (features[:, VOICED] > 0.5) & (features[:, PAUSE] < 0.5)
    if spoken.sum() < SPOKEN_S * FRAME_RATE:
        raise StudioError(f"{path}: no voice is found in it; give a recording of somebody who speaks")
    return SpokenRecording(path.stem, pack_steps(in_steps(features)), sample_rate)


def read_likeness(
    path: Path, model: ModelFile, semitones: float = 0.0, speed: float = 1.0, speaker: str | None = None
) -> tuple[LocalCondition, str]:
    """The local condition that makes ``model`` say what a recording says, and the SHA-256 of its frames.

    ``semitones``, ``speed`` and ``speaker`` as in ``likeness``. Raises StudioError as ``likeness`` does, and
    where the file is no audio.
    """
    check_says(model.header)
    recording = read_audio(path, model.config.sample_rate)
    features = speech_features(recording, model.config.sample_rate)
    features = likeness(features, model, semitones, speed, speaker)
    return frame_condition(model, features), hashlib.sha256(features.astype("<f4").tobytes()).hexdigest()


def read_features(path: Path) -> SpokenRecording:
    """A file that ``write_features`` made. Raises StudioError where it is missing, damaged or another's."""
    try:
        open_ordinary(path).close()
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if KEY not in metadata:
                raise StudioError(f"{path} is a .safetensors file, but no recording of WaveNet Studio's")
            about = TypeAdapter(About).validate_python(parse_json(metadata[KEY]))
            if about.features != VERSION:
                raise StudioError(
                    f"{path}: features of version {about.features}; this version says {VERSION}"
                )
            shape, kind = _layout(file)
            if kind != "I16" or len(shape) != 2 or shape[1] != CHANNELS or not _fits(shape[0]):
                raise StudioError(
                    f"{path}: frames are {kind} {shape}, not I16 [frames, {CHANNELS}] of {SHORTEST_S:g} to "
                    f"{LONGEST_S:g} s"
                )
            steps: Steps = file.get_tensor("frames")
    except FileNotFoundError:
        raise StudioError(f"{path}: no such recording") from None
    except ValidationError as error:
        raise StudioError(f"{path}: bad header of a recording: {explain(error)}") from None
    except (SafetensorError, OSError, ValueError) as error:
        why = reason(error) if isinstance(error, (OSError, ValueError)) else shortened(str(error), 120)
        raise StudioError(f"{path}: not a recording that can be read: {why}") from None
    return SpokenRecording(about.name, pack_steps(steps), about.sample_rate)


def write_features(path: Path, features: Floats, about: About) -> None:
    """Write ``features`` [F, CHANNELS], in steps, for ``read_features``. Raises StudioError."""
    metadata = {KEY: TypeAdapter(About).dump_json(about).decode()}
    write_atomically(path, save({"frames": in_steps(features)}, metadata=metadata))


def _layout(file: Any) -> tuple[list[int], str]:
    """Shape and type of the one tensor. Raises ValueError where it holds others."""
    names = list(file.keys())
    if names != ["frames"]:
        raise ValueError(f"it holds {shortened(', '.join(names)) or 'nothing'}, not frames")
    frames = file.get_slice("frames")
    return list(frames.get_shape()), frames.get_dtype()


def _fits(frames: int) -> bool:
    return SHORTEST_S * FRAME_RATE <= frames <= LONGEST_S * FRAME_RATE
