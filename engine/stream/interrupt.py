"""Calls the worker away from the compiled loop: the one thing that another thread says to it directly."""

from __future__ import annotations

import numpy as np


class Interrupt:
    """Set by any thread after it left something to do; cleared by the worker before it looks what that is."""

    def __init__(self) -> None:
        self.flag = np.zeros(1, np.int64)
        """Not 0 while something waits; compiled code reads it."""

    def set(self) -> None:
        """There is something to do."""
        self.flag[0] = 1

    def clear(self) -> None:
        """It is about to be done."""
        self.flag[0] = 0
