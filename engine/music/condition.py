"""A score as the local condition of a stream: its piano roll, made a second at a time as it is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.config import ModelConfig
from engine.errors import StudioError
from engine.kernels.base import LocalRows
from engine.music.roll import CHANNELS, FRAME_RATE, Notes, roll

After = Literal["improvise", "silence"]
"""What a stream does when its score has ended."""
MAX_SECONDS, MAX_NOTES = 3600.0, 100_000
"""A score begins its notes within so many seconds and has at most so many."""
PAGE = FRAME_RATE
"""Frames that are made in one go: always the same ones, so that a stream is the same however it is cut."""
_KEPT = 4


def plays_scores(config: ModelConfig) -> bool:
    """Whether a model of this shape can be given a score."""
    return config.local is not None and config.local.features == "score"


def seconds_of(notes: Notes) -> float:
    """When the last of [n, FIELDS] notes ends; 0 where there are none."""
    return float((notes[:, 0].astype(np.float64) + notes[:, 1]).max()) if len(notes) else 0.0


class ScoreCondition:
    """Rows of the roll of a score from a stream's first sample on, and of what comes after it."""

    def __init__(self, config: ModelConfig, notes: Notes, after: After = "improvise") -> None:
        """``notes`` [n, FIELDS]; none at all, with ``improvise``, leave the model to itself from the start.

        Raises StudioError where a model of this shape cannot be given a score.
        """
        local = config.local
        if local is None or local.features != "score":
            raise StudioError("this model plays no scores; leave the score out")
        in_time = local.hop * FRAME_RATE == config.sample_rate and local.upsampling == "repeat"
        if local.channels != CHANNELS or not in_time:
            raise StudioError(
                f"the model's scores have {local.channels} channels every {local.hop} samples "
                f"({local.upsampling}); this version makes {CHANNELS} at {FRAME_RATE} Hz (repeat)"
            )
        self._hop: int = local.hop
        self._notes: Notes = notes
        self._after: After = after
        self._frames: int = int(np.ceil(seconds_of(notes) * FRAME_RATE))
        self.samples = self._frames * self._hop
        """Where the score ends."""
        self._page: Callable[[int], NDArray[np.float32]] = lru_cache(maxsize=_KEPT)(self._make_page)

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        frames = np.arange(start, start + n) // self._hop
        first, last = int(frames[0]), int(frames[-1])
        rows = self._between(first, last + 1)
        return LocalRows(rows, frames - first, np.zeros(n, np.float32))

    def _between(self, first: int, last: int) -> NDArray[np.float32]:
        """Frames ``first`` … ``last - 1``, [last - first, CHANNELS]."""
        parts = []
        for page in range(first // PAGE, (last - 1) // PAGE + 1):
            begin = page * PAGE
            parts.append(self._page(page)[max(first - begin, 0) : last - begin])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _make_page(self, page: int) -> NDArray[np.float32]:
        begin = page * PAGE
        left = self._frames - begin
        if self._after == "improvise" and left <= 0:
            return np.zeros((PAGE, CHANNELS), dtype=np.float32)
        frames = roll(self._notes, PAGE, begin / FRAME_RATE)
        if self._after == "improvise" and left < PAGE:
            frames[left:] = 0.0
        return frames
