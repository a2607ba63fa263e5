"""How functions are compiled: with nothing that costs compiling time and that nobody uses.

Numba gives every function an entry for Python, which takes tuples of arrays apart, and one for C, and checks
each divisor. In a function that other compiled code alone calls, these are most of what there is to compile.
Nothing counts references, so nothing can take memory: a function that would does not compile.
"""

from __future__ import annotations

from typing import Any

from numba import njit

PART: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy", "_nrt": False}
"""Options of ``njit_part``."""
njit_part = njit(**PART)
"""Called by compiled code, and by Python through ``machine_code``."""
njit_inlined = njit(**PART, forceinline=True)
"""Becomes a piece of each function that calls it: of its machine code, as numba's own way takes longer."""
