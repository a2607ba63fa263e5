"""A phrase with its times, melody and envelope: what a model of voices is told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import Floats
from engine.speech.script import Phrase

TEXT_SPEEDS = (0.5, 2.0)
TEXT_SEMITONES = (-12.0, 12.0)
PITCH_RANGES = (0.0, 2.0)
PAUSE_FACTORS = (0.0, 4.0)
"""What the fields of a Manner may be, the ends included."""


@dataclass(frozen=True)
class Manner:
    """How something is said."""

    speakers: tuple[tuple[str, float], ...]
    """Names and shares of the voices that are blended; shares above 0, in any unit."""
    speed: float = 1.0
    """How many times as fast as the voice would; within TEXT_SPEEDS."""
    semitones: float = 0.0
    """How much the melody is moved; within TEXT_SEMITONES."""
    pitch_range: float = 1.0
    """How many times as wide the melody strays from its mean; within PITCH_RANGES."""
    pauses: float = 1.0
    """How many times as long the pauses are that the text does not give in seconds; within PAUSE_FACTORS."""

    @property
    def leading(self) -> str:
        """The voice with the largest share; empty where there is none."""
        return max(self.speakers, key=lambda speaker: speaker[1], default=("", 0.0))[0]


@dataclass(frozen=True)
class Spoken:
    """A phrase as it is said."""

    phrase: Phrase
    frames: Floats
    """[F, CHANNELS] at FRAME_RATE: the phrase, then the pause after it."""
    ends: NDArray[np.int64]
    """[P]: the frame after the last of each of the phrase's phones, in order; the pause follows the last."""

    def phones(self) -> list[tuple[int, int]]:
        """The first frame of each phone, and the one after its last."""
        return list(itertools.pairwise([0, *self.ends.tolist()]))
