"""The recogniser, ready to listen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from engine.speech.features import Floats
from engine.speech.recognition.decoding import decode
from engine.speech.recognition.file import RecogniserFile, read_recogniser
from engine.speech.recognition.net import log_chances, pooled_layers
from engine.speech.recognition.sound import codes_of, levelled


class FoundPhone(NamedTuple):
    """A phone that was heard in a recording, or a silence."""

    name: str
    """One of ``classes.CLASSES``."""
    start_s: float
    end_s: float


class Recogniser:
    """What hears phones; threads may share it. The same samples give the same phones."""

    def __init__(self, file: RecogniserFile) -> None:
        self.header, self._weights, self._grammar = file.header, file.weights, file.grammar

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recogniser of a file. Raises StudioError."""
        return cls(read_recogniser(path))

    @property
    def sample_rate(self) -> int:
        """Hz of what it listens to."""
        return self.header.shape.sample_rate

    def recognise(
        self, samples: Floats, progress: Callable[[float], None] = lambda share: None
    ) -> list[FoundPhone]:
        """What is heard in ``samples`` [n] in ±1 at its rate, from the first sample to the last.

        Whatever it is, it is told as phones: music too. ``progress`` hears the share done, and may raise
        to stop.
        """
        shape = self.header.shape
        codes = codes_of(levelled(samples, shape.sample_rate))
        codes = np.pad(codes, (0, -len(codes) % shape.hop), mode="edge") if len(codes) else codes
        chances = log_chances(self._weights, shape, pooled_layers(self._weights, shape, codes, progress))
        hop_s, length_s = shape.hop / shape.sample_rate, len(samples) / shape.sample_rate
        return [
            FoundPhone(phone.name, phone.first * hop_s, min(phone.end * hop_s, length_s))
            for phone in decode(chances, self._grammar)
        ]
