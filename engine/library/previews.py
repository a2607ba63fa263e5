"""Audition clips: a few seconds of each factory preset as OGG, and whether they still sound as it does."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.library.audio_files import read_audio, read_settings
from engine.library.paths import ROOT
from engine.library.presets import Preset
from engine.library.recording_files import recording_of
from engine.library.scores import score_of
from engine.library.spoken_texts import SpokenText
from engine.library.takes import Settings
from engine.wavenet.model_file import Header

if TYPE_CHECKING:
    from engine.library.recordings import SpokenRecording

SECONDS = 5.0
"""How long a clip is; of a shorter recording as long as that, of a text to its last pause in that time."""
SUFFIX = ".ogg"

State = Literal["missing", "outdated", "current"]


@dataclass(frozen=True)
class Clip:
    """A clip as it is played."""

    samples: NDArray[np.float32]
    """[n_samples] float32 in ±1."""
    sample_rate: int
    """Hz."""


@dataclass(frozen=True)
class ClipCheck:
    """What became of one preset's clip."""

    preset: str
    """The preset's id."""
    path: Path
    state: State
    reason: str = ""
    """Why it has to be made anew, if it has to."""


def audition_folder() -> Path:
    """The folder of the clips that we ship, which may not exist yet."""
    return ROOT / "assets" / "auditions"


def clip_path(preset: Preset, folder: Path) -> Path:
    """Where the clip of a preset lies in a folder of clips."""
    return folder / f"{preset.id}{SUFFIX}"


def clip_seed(preset: Preset) -> int:
    """The seed of a preset's clip: its own, else 32 bits of the SHA-256 of its id."""
    if preset.seed is not None:
        return preset.seed
    return int.from_bytes(hashlib.sha256(preset.id.encode()).digest()[:4], "little")


def clip_samples(seconds: float, sample_rate: int, recording: SpokenRecording | None) -> int:
    """How many samples a clip of ``seconds`` has that says ``recording``, if there is one."""
    longest = seconds if recording is None else min(seconds, recording.seconds)
    return round(longest * sample_rate)


def says_text(preset: Preset) -> bool:
    """Whether the clip of a preset says its text."""
    return preset.text is not None and bool(preset.manner().speakers)


def read_clip(path: Path) -> Clip:
    """A clip of ours. Raises StudioError where the file is missing, no audio, or says nothing of itself."""
    rate = _settings(path).sample_rate
    return Clip(read_audio(path, rate), rate)


def check_clip(preset: Preset, header: Header, folder: Path, seconds: float = SECONDS) -> ClipCheck:
    """Compare the settings inside a preset's clip with what they would be today; no sound is decoded.

    ``header`` is that of the model that the preset plays, ``seconds`` > 0 how long the clip should be. What
    is not heard (the preset's name, its description) does not count, nor does the engine.
    Raises StudioError where the preset's score or recording cannot be read.
    """
    path = clip_path(preset, folder)
    if not path.exists():
        return ClipCheck(preset.id, path, "missing", "there is none")
    try:
        reason = _difference(_settings(path), preset, header, seconds)
    except StudioError as error:
        reason = str(error)
    return ClipCheck(preset.id, path, "outdated" if reason else "current", reason)


def _settings(path: Path) -> Settings:
    fields = read_settings(path)
    if fields is None:
        raise StudioError(f"{path}: holds no settings; make it again with ./studio audition {path.stem}")
    return Settings.from_json(fields)


def _difference(made: Settings, preset: Preset, header: Header, seconds: float) -> str:
    """How ``made`` differs from what it should be; empty where it does not."""
    score, rate = score_of(preset), header.config.sample_rate
    if (made.model, made.model_hash) != (header.name, header.hash):
        return (
            f"made by model {made.model} {made.model_hash[:12]}, today's is {header.name} {header.hash[:12]}"
        )
    if made.params() != preset.params() or made.events or made.prime or made.condition:
        return "made with other settings than the preset's"
    if made.seed != clip_seed(preset):
        return f"made with seed {made.seed}, today's is {clip_seed(preset)}"
    if made.score != score:
        return "made with another score than the preset's"
    recording = made.recording if says_text(preset) else recording_of(preset, rate)
    if _without_words(made.speech) != _text_of(preset):
        return "made with another text than the preset's, or said otherwise"
    if made.recording != recording:
        return "made with another recording than the preset's"
    samples = clip_samples(seconds, rate, recording)
    if made.samples != samples:
        return f"{made.samples / made.sample_rate:g} s long, not {samples / rate:g} s"
    return ""


def _text_of(preset: Preset) -> SpokenText | None:
    return SpokenText.of(preset.text, preset.manner()) if preset.text and says_text(preset) else None


def _without_words(speech: SpokenText | None) -> SpokenText | None:
    """A text as it was asked for, without when which word of it is said."""
    return None if speech is None else dataclasses.replace(speech, words=())
