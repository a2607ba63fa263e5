"""Scratch of a call of the compiled loop: memory of the caller's (``scratch_pieces`` gives it away)."""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray

LINE = 8
"""64-bit words of a cache line. Every piece begins with one …"""
FIRST = 2 * LINE
"""… the first one no later than this word. The memory's word 0 says how far it is given away."""


class Pool:
    """Memory for calls, which keep it from each other while they run: any thread may ask."""

    def __init__(self) -> None:
        self._free: list[NDArray[np.int64]] = []

    def take(self, words: int) -> NDArray[np.int64]:
        """[words or more] of any value; until it is given back it is nobody else's."""
        with contextlib.suppress(IndexError):
            found = self._free.pop()
            if len(found) >= words:
                return found
        return np.empty(words, np.int64)

    def give_back(self, memory: NDArray[np.int64]) -> None:
        """Let others have what ``take`` gave."""
        self._free.append(memory)


def words_for(*counts: int) -> int:
    """Words of memory that do for pieces of so many numbers of up to 8 bytes."""
    return FIRST + sum(-(-count // LINE) * LINE for count in counts)
