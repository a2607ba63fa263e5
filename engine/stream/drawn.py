"""The codes of a stream: as they are drawn, taken back, and drawn anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.wavenet.codes import Codes


class Drawn:
    """Codes in order; only the latest ones can go again."""

    def __init__(self, before: Codes) -> None:
        """``before`` [n]: what was drawn by then and stays, at least an empty array of their type."""
        self._kind: type[np.integer[Any]] = before.dtype.type
        self._before = before
        self._chunks: list[Codes] = []

    @property
    def any(self) -> bool:
        """Whether there are some beside those before."""
        return bool(self._chunks)

    def append(self, codes: Codes) -> None:
        """Let ``codes`` [n] follow."""
        self._chunks.append(codes)

    def drop(self, n: int) -> Codes:
        """Take the last ``n`` away; returns them. Raises IndexError where there are not so many."""
        dropped = []
        while n:
            last = self._chunks.pop()
            if len(last) > n:
                self._chunks.append(last[: len(last) - n])
            dropped.append(last[-n:])
            n -= len(dropped[-1])
        return np.concatenate(dropped[::-1]) if dropped else np.empty(0, self._kind)

    def all(self) -> Codes:
        """[n]: a copy of all of them, those before too."""
        return np.concatenate([self._before, *self._chunks])
