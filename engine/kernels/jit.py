"""How functions are compiled: with nothing that costs compiling time and that nobody uses.

Numba gives every function an entry for Python, which takes tuples of arrays apart, and one for C, and checks
each divisor. In a function that other compiled code alone calls, these are most of what there is to compile.
"""

from __future__ import annotations

from typing import Any

from numba import njit

_EVERY: Any = {"no_cfunc_wrapper": True, "error_model": "numpy"}

njit_entry = njit(**_EVERY)
"""Called from Python, whose lock it keeps: to get that back can take longer than a short function."""
njit_free = njit(**_EVERY, nogil=True)
"""Called from Python, whose lock it releases."""
PART: Any = {**_EVERY, "no_cpython_wrapper": True}
"""Options of ``njit_part``."""
njit_part = njit(**PART)
"""Called by compiled code alone."""
njit_inlined = njit(**PART, inline="always")
"""Becomes a piece of each compiled function that calls it."""
