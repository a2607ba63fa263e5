"""Memory that a training step frees is kept for the next step instead of being given back to the system."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
"""As in glibc's malloc.h."""


def keep_freed_memory() -> bool:
    """For the rest of the process, where the C library is glibc; whether that is so.

    A step asks for half a gigabyte in large pieces. glibc takes each anew from the system, which maps
    them page by page as they are first written: up to a fifth of a step's time in a virtual machine.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(M_MMAP_MAX, 0)) and bool(mallopt(M_TRIM_THRESHOLD, -1))
