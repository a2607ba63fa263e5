"""A score as the local condition of a model that has learnt scores: its roll, made as it is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.music import roll
from engine.music.roll import FRAME_RATE, Notes
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import LocalConfig, ModelConfig

After = Literal["improvise", "silence", "repeat"]
"""What a stream does when its score has ended."""
MAX_SECONDS, MAX_NOTES = 3600.0, 100_000
"""A score begins its notes within so many seconds and has at most so many."""
PAGE_S = 1
"""Rows are made in pages: always the same ones, so that a stream is the same however it is cut."""
_CACHED_PAGES = 4


def plays_scores(config: ModelConfig) -> bool:
    """Whether a model of this shape can be given a score.

    One that has learnt scores can, and one of music that needs no frames, by a guide track.
    """
    return learnt_scores(config) or (config.local is None and bool(config.tags))


def learnt_scores(config: ModelConfig) -> bool:
    """Whether a score is a model's local condition."""
    return config.local is not None and config.local.features == "roll"


def score_config(sample_rate: int) -> LocalConfig:
    """How a score conditions a model. Raises StudioError where frames of a roll are no whole samples."""
    if sample_rate % FRAME_RATE:
        raise StudioError(f"score: {FRAME_RATE} frames a second do not fit {sample_rate} Hz; leave score out")
    return LocalConfig(channels=roll.CHANNELS, hop=sample_rate // FRAME_RATE, features="roll")


def score_rows(config: ModelConfig, notes: Notes, count: int, start: int) -> NDArray[np.float32]:
    """[count, channels] of what a score is to a model: a row a hop, the first at sample ``start``."""
    assert config.local is not None
    return roll.roll(notes, count, start / config.sample_rate)


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
        if local is None or local.features == "frames":
            raise StudioError("this model has learnt no scores; leave the score out")
        made = score_config(config.sample_rate)
        if local != made:
            raise StudioError(
                f"the model's scores have {local.channels} channels every {local.hop} samples "
                f"({local.upsampling}); this version makes {made.channels} every {made.hop} (repeat)"
            )
        self._config = config
        self._hop: int = local.hop
        self._notes: Notes = notes
        self._after: After = after
        self._rows: int = int(np.ceil(seconds_of(notes) * config.sample_rate / local.hop))
        self.samples = self._rows * self._hop
        """Where the score ends."""
        self._size = PAGE_S * config.sample_rate // local.hop
        self._page: Callable[[int], NDArray[np.float32]] = lru_cache(maxsize=_CACHED_PAGES)(self._make_page)

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        if self._after == "improvise" and start >= self.samples:
            nothing = np.zeros((1, self._channels), np.float32)
            return LocalRows(nothing, np.zeros(n, np.int64), np.zeros(n, np.float32))
        wanted = np.arange(start, start + n) // self._hop
        first, last = int(wanted[0]), int(wanted[-1])
        rows = self._between(first, last + 1)
        return LocalRows(rows, wanted - first, np.zeros(n, np.float32))

    @property
    def _channels(self) -> int:
        assert self._config.local is not None
        return self._config.local.channels

    def _between(self, first: int, last: int) -> NDArray[np.float32]:
        """Rows ``first`` … ``last - 1``, [last - first, channels]; where a score repeats, over and over."""
        if self._after != "repeat" or not self._rows:
            return self._once(first, last)
        parts = []
        while first < last:
            begin = first % self._rows
            parts.append(self._once(begin, min(self._rows, begin + last - first)))
            first += len(parts[-1])
        return np.concatenate(parts)

    def _once(self, first: int, last: int) -> NDArray[np.float32]:
        """Rows ``first`` … ``last - 1`` of the score as it is written."""
        parts = []
        for page in range(first // self._size, (last - 1) // self._size + 1):
            begin = page * self._size
            parts.append(self._page(page)[max(first - begin, 0) : last - begin])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _make_page(self, page: int) -> NDArray[np.float32]:
        begin = page * self._size
        left = self._rows - begin
        if self._after == "improvise" and left <= 0:
            return np.zeros((self._size, self._channels), dtype=np.float32)
        rows = score_rows(self._config, self._notes, self._size, begin * self._hop)
        if self._after == "improvise" and left < self._size:
            rows[left:] = 0.0
        return rows
