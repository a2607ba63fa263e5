"""What the user wants of a stream now, and since which sample that holds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple

from engine.music.keyboard import KeyChange
from engine.wavenet.config import GenerationParams


class Controls:
    """What the user wants now, for the worker to look at between blocks.

    One thread replaces the parameters, any thread plays keys.
    """

    def __init__(self, params: GenerationParams) -> None:
        self.params = params
        self.moved_at: float | None = None
        """When they were replaced last, on the monotonic clock; None for never."""
        self.keys: list[tuple[float, KeyChange]] = []
        """What was played, each with when that was; it only grows."""

    def play(self, changes: Iterable[KeyChange]) -> None:
        """Let keys or the pedal go down or up."""
        now = time.monotonic()
        self.keys += [(now, change) for change in changes]

    def move(self, params: GenerationParams) -> None:
        """Replace them."""
        self.moved_at = time.monotonic()
        self.params = params


class Change(NamedTuple):
    """Parameters that took hold."""

    sample: int
    """The first that they bear on."""
    params: GenerationParams
    moved_at: float | None
    """When they were asked for, on the monotonic clock; None for the first ones."""
