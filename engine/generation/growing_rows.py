"""Memory in which rows grow, of frames that follow while a stream runs."""

from __future__ import annotations

import numpy as np

from engine.generation.upsampling import Rows


class GrowingRows:
    """What they are appended to is not copied each time."""

    def __init__(self) -> None:
        self._memory: Rows | None = None

    def put(self, before: Rows, first: int, rows: Rows) -> Rows:
        """``before[:first]`` and then ``rows``; ``before`` is what was returned last, at first anything."""
        together = self.grown(before, first, first + len(rows))
        together[first:] = rows
        return together

    def grown(self, before: Rows, first: int, end: int) -> Rows:
        """``before[:first]`` and then any rows, ``end`` in all."""
        if self._memory is None or end > len(self._memory):
            memory = np.empty((max(end, 2 * first), *before.shape[1:]), np.float32)
            memory[:first] = before[:first]
            self._memory = memory
        return self._memory[:end]
