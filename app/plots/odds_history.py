"""What the model expected, over a whole take: a column of odds every so often, in bounded memory.

What each layer contributed is kept in the same way: parts of a whole, as odds are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.mulaw import LEVELS

STEP_S = 1.0 / 30.0
MOST = 8_192
"""Columns at most: then every second one goes, and they come half as often (2 MB)."""


class OddsHistory:
    """Columns of square roots of odds, 0…255, and the entropy of each in bits."""

    def __init__(self, width: int = LEVELS) -> None:
        """``width``: odds in a column."""
        self.width = width
        self.step_s = STEP_S
        self.count = 0
        self._odds: NDArray[np.uint8] = np.zeros((64, width), np.uint8)
        self._bits: NDArray[np.float32] = np.zeros(64, np.float32)
        self._there: NDArray[np.bool_] = np.zeros(64, np.bool_)

    def put(self, seconds: float, odds: NDArray[np.float64], bits: float) -> None:
        """The odds [width] at a time ≥ 0; a time that comes again overwrites."""
        column = int(seconds / self.step_s)
        while column >= MOST:
            self._thin()
            column = int(seconds / self.step_s)
        while column >= len(self._odds):
            self._odds = np.concatenate([self._odds, np.zeros_like(self._odds)])
            self._bits = np.concatenate([self._bits, np.zeros_like(self._bits)])
            self._there = np.concatenate([self._there, np.zeros_like(self._there)])
        self._odds[column] = np.rint(np.sqrt(np.clip(odds, 0.0, 1.0)) * 255.0)
        self._bits[column] = bits
        self._there[column] = True
        # Between two looks the last odds stand for those not seen, for a quarter of a second at most.
        gap = column - 1
        while gap >= max(0, column - int(0.25 / self.step_s)) and not self._there[gap]:
            gap -= 1
        if gap >= 0 and self._there[gap]:
            self._odds[gap + 1 : column] = self._odds[gap]
            self._bits[gap + 1 : column] = self._bits[gap]
            self._there[gap + 1 : column] = True
        self.count = max(self.count, column + 1)

    def until(self, seconds: float) -> OddsHistory:
        """A copy of what lies before a time, to be put into."""
        result = OddsHistory()
        result.step_s, result.count = self.step_s, min(self.count, int(seconds / self.step_s))
        result._odds, result._bits, result._there = self._odds.copy(), self._bits.copy(), self._there.copy()
        result._there[result.count :] = False
        return result

    def numbers(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """[n]: the column that holds at times [n]; -1 where nothing was seen."""
        columns = np.floor(seconds / self.step_s).astype(np.int64)
        inside = (columns >= 0) & (columns < self.count)
        return np.where(inside & self._there[np.where(inside, columns, 0)], columns, -1)

    def odds(self, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        """[n, width]: square roots of odds of columns [n], as 0…255; 0 for -1."""
        found = self._odds[numbers]
        found[numbers < 0] = 0
        return found

    def at(
        self, seconds: NDArray[np.float64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]]:
        """(``odds`` [n, width], bits [n], whether they were seen [n]) at times [n]."""
        numbers = self.numbers(seconds)
        return self.odds(numbers), self._bits[numbers], numbers >= 0

    def _thin(self) -> None:
        self._odds = np.ascontiguousarray(self._odds[::2])
        self._bits = np.ascontiguousarray(self._bits[::2])
        self._there = np.ascontiguousarray(self._there[::2])
        self.count = -(-self.count // 2)
        self.step_s *= 2.0
