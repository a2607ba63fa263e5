"""Recordings to be spoken after: their speech features packed into settings, and what they are to a model."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Ge, Gt, Le, MinLen
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.library.frames import frame_condition
from engine.library.likeness import likeness, target_voice
from engine.speech.features import CHANNELS, FRAME_RATE, PITCHES, SPEEDS, Floats
from engine.wavenet.config import STRICT

if TYPE_CHECKING:
    from engine.wavenet.model_file import ModelFile

STEP = 1.0 / 256.0
"""Of a stored feature: the melody is off by 1.2 cents at most."""
LONGEST_S = 600.0
"""A recording is stored in each take that says it, and an audio file's comment has its limits."""
LONGEST_TEXT_S = 7200.0
"""The same of what a text became, which is packed part by part."""
BETWEEN = "."
"""Stands between packed parts; base64 has none."""
SHORTEST_S = 0.3

Steps = NDArray[np.int16]
"""[F, CHANNELS]: features in STEPs, as they are stored."""


@checked(frozen=True, config=STRICT)
class SpokenRecording:
    """A recording that a stream speaks after, and how it is bent."""

    name: str
    """For people: the file's name without its suffix."""
    frames: Annotated[str, MinLen(1)]
    """What ``pack_steps`` made of its features."""
    sample_rate: Annotated[int, Gt(0)]
    """Hz at which it was analysed: that of the models that can say it."""
    pitch: Annotated[float, Ge(PITCHES[0]), Le(PITCHES[1])] = 0.0
    """Semitones by which the melody is moved."""
    speed: Annotated[float, Ge(SPEEDS[0]), Le(SPEEDS[1])] = 1.0
    """How many times as fast it is said."""
    as_recorded: bool = False
    """Whether it keeps its own timbre and pitch, in place of the speaker's."""

    def array(self) -> Floats:
        """The features [F, CHANNELS], not bent, to read only; unpacked once.

        Raises StudioError where the text holds none.
        """
        return self._features

    @property
    def seconds(self) -> float:
        """How long it is said, at its speed."""
        return len(self.array()) / FRAME_RATE / self.speed

    @cached_property
    def _features(self) -> Floats:
        features: Floats = unpack_steps(self.frames).astype(np.float32) * np.float32(STEP)
        features.flags.writeable = False
        return features


def in_steps(features: Floats) -> Steps:
    """Features [F, CHANNELS] rounded to the nearest STEP."""
    steps: Steps = np.clip(np.rint(features / STEP), -32768, 32767).astype(np.int16)
    return steps


def pack_steps(steps: Steps) -> str:
    """``steps`` [F, CHANNELS] as text: differences from frame to frame, channel by channel; zlib; base64.

    All low bytes come first, then all high ones.
    """
    turned = np.ascontiguousarray(steps.T).astype("<u2")
    differences = np.diff(turned, axis=1, prepend=np.zeros((CHANNELS, 1), "<u2"))
    planes = differences.view(np.uint8).reshape(-1, 2).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode()


def unpack_steps(text: str) -> Steps:
    """[F, CHANNELS] from text, or from several with BETWEEN between them.

    Raises StudioError where it holds none, or too many.
    """
    parts: list[Steps] = []
    for part in text.split(BETWEEN):
        parts.append(_unpacked(part))
        if len(text) != len(part) and sum(map(len, parts)) > LONGEST_TEXT_S * FRAME_RATE:
            raise StudioError(f"settings of a take: recording: more than {LONGEST_TEXT_S:g} s")
    return np.concatenate(parts)


def _unpacked(text: str) -> Steps:
    most = round(LONGEST_S * FRAME_RATE) * CHANNELS * 2
    try:
        inflater = zlib.decompressobj()
        raw = inflater.decompress(base64.b64decode(text, validate=True), most)
        planes = np.frombuffer(raw, np.uint8).reshape(2, CHANNELS, -1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise StudioError(f"settings of a take: recording: not packed frames: {error}") from None
    if inflater.unconsumed_tail or not inflater.eof or not planes.size:
        raise StudioError(f"settings of a take: recording: cut off, or more than {LONGEST_S:g} s")
    differences = np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view("<u2")[..., 0]
    turned = np.cumsum(differences, axis=1, dtype=np.uint16)
    return np.ascontiguousarray(turned.T).view(np.int16)


def pack_long(steps: Steps) -> str:
    """``pack_steps`` of however many, part by part."""
    most = round(LONGEST_S * FRAME_RATE)
    return BETWEEN.join(pack_steps(steps[first : first + most]) for first in range(0, len(steps), most))


def said_by(model: ModelFile, recording: SpokenRecording, speaker: str | None) -> LocalCondition:
    """The local condition that makes ``model`` say ``recording`` with the voice of ``speaker``.

    Raises StudioError where the model cannot say it, or does not know the speaker.
    """
    rate = model.config.sample_rate
    voice = target_voice(model.config, speaker, as_recorded=recording.as_recorded)
    features = likeness(recording.array(), model, recording.pitch, recording.speed, voice)
    if recording.sample_rate != rate:
        raise StudioError(
            f"recording {recording.name!r} was analysed at {recording.sample_rate} Hz, "
            f"model {model.header.name!r} runs at {rate}; open the audio file again"
        )
    return frame_condition(model, features)


def said_conditions(model: ModelFile, recording: SpokenRecording, speaker: str | None) -> StreamConditions:
    """What conditions a stream that says ``recording`` and then ends. Raises StudioError as ``said_by``."""
    local = said_by(model, recording, speaker)
    return StreamConditions(local, ends_at=local.samples)
