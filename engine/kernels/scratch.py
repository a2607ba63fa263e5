"""Scratch of a call of the compiled loop: memory of its own, or of the caller's, which then takes none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

FIRST = 8
"""The word of the caller's memory from which on it is given away; the first one says how far it is."""


@njit(nogil=True)
def begin(scratch: Any) -> None:
    """Give the caller's memory away anew; there may be none."""
    if len(scratch) > 0:
        scratch[0] = FIRST


@njit(nogil=True)
def room(scratch: Any, n: Any, kind: Any) -> Any:
    """[n] of a type of up to 8 bytes, of any value: of the caller's memory as long as that lasts."""
    words = (n + FIRST - 1) // FIRST * FIRST
    if len(scratch) == 0 or scratch[0] + words > len(scratch):
        return np.empty(n, kind)
    at = scratch[0]
    scratch[0] = at + words
    return scratch[at : at + words].view(kind)[:n]


@njit(nogil=True)
def filled(scratch: Any, n: Any, kind: Any, value: Any) -> Any:
    """``room`` that holds ``value`` throughout."""
    found = room(scratch, n, kind)
    for i in range(n):
        found[i] = value
    return found
