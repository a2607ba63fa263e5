"""Envelopes moved a little, so that the WaveNet that is told them makes the melody that is asked for.

The lowest bands of an envelope tell single harmonics apart: it says what pitch it belongs to, and a WaveNet
believes it more than the melody beside it. What nets make of an envelope is roughly right, and so is the
pitch that is then heard.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import MaxLen, MinLen
from pydantic.dataclasses import dataclass as checked

from engine.speech.features import CEPSTRA, VOICED, Floats
from engine.wavenet.config import STRICT

INPUTS = CEPSTRA + 2
"""Features that the pitch depends on: cepstra, log F0 and periodicity."""


@checked(frozen=True, config=STRICT)
class Tuning:
    """By how much a voice is too high, as a linear function of what the WaveNet is told, and what helps."""

    weights: Annotated[tuple[float, ...], MinLen(INPUTS), MaxLen(INPUTS)]
    """Cents for one of each feature."""
    bias: float
    """Cents where all of them are 0."""
    direction: Annotated[tuple[float, ...], MinLen(CEPSTRA), MaxLen(CEPSTRA)]
    """What is taken from the cepstra for each cent too high."""
    most: float
    """Cents that are put right at most."""

    def row(self) -> tuple[float, ...]:
        """All of it as ROW numbers, of which blends of voices are made."""
        return (*self.weights, self.bias, *self.direction, self.most)


ROW = INPUTS + 1 + CEPSTRA + 1
UNTUNED = (0.0,) * ROW
"""A row that changes nothing."""


def tuned(frames: Floats, row: Floats) -> Floats:
    """[F, CEPSTRA]: the cepstra of frames [F, CHANNELS], moved where they are voiced. ``row`` [ROW]."""
    weights, bias, direction, most = np.split(row, [INPUTS, INPUTS + 1, INPUTS + 1 + CEPSTRA])
    cents = np.clip(frames[:, :INPUTS] @ weights + bias, -most, most) * (frames[:, VOICED] > 0.5)
    moved: Floats = (frames[:, :CEPSTRA] - cents[:, None] * direction).astype(np.float32)
    return moved
