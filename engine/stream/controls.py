"""What the user wants of a stream now, and since which sample that holds."""

from __future__ import annotations

import time
from typing import NamedTuple

from engine.wavenet.config import GenerationParams


class Controls:
    """The parameters that the user wants now: one thread replaces them, the worker looks between blocks."""

    def __init__(self, params: GenerationParams) -> None:
        self.params = params
        self.moved_at: float | None = None
        """When they were replaced last, on the monotonic clock; None for never."""

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
