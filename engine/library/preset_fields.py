"""What some fields of a preset, and of a take that says a text, may hold; and the id of a name."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator

from engine.errors import StudioError
from engine.speech.spoken import PAUSE_FACTORS, PITCH_RANGES, TEXT_SEMITONES, TEXT_SPEEDS

LONGEST_TEXT = 200_000
"""Characters: four hours."""


def _name_or_absolute(score: str) -> str:
    if _is_relative(score):
        raise ValueError("neither a score's name nor the absolute path of a MIDI file")
    return score


def _recording_or_absolute(recording: str) -> str:
    if _is_relative(recording) or (Path(recording).suffix and not Path(recording).is_absolute()):
        raise ValueError("neither a recording's name nor the absolute path of an audio file")
    return recording


def _is_relative(path: str) -> bool:
    return ("/" in path or "\\" in path) and not Path(path).is_absolute()


ScoreName = Annotated[str, MinLen(1), AfterValidator(_name_or_absolute)]
RecordingName = Annotated[str, MinLen(1), AfterValidator(_recording_or_absolute)]
Text = Annotated[str, MinLen(1), MaxLen(LONGEST_TEXT)]
TextSpeed = Annotated[float, Ge(TEXT_SPEEDS[0]), Le(TEXT_SPEEDS[1])]
"""How many times as fast as the voice would."""
Semitones = Annotated[float, Ge(TEXT_SEMITONES[0]), Le(TEXT_SEMITONES[1])]
"""How much the melody is moved."""
PitchRange = Annotated[float, Ge(PITCH_RANGES[0]), Le(PITCH_RANGES[1])]
"""How many times as wide it strays from its mean."""
Pauses = Annotated[float, Ge(PAUSE_FACTORS[0]), Le(PAUSE_FACTORS[1])]
"""How many times as long the pauses are."""


def slug(name: str) -> str:
    """A file name for a preset's name: lower-case words joined by hyphens.

    Raises StudioError where no letter or digit is left.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    if not words:
        raise StudioError(f"preset {name!r}: a name needs a letter or a digit")
    return "-".join(words)[:80]
