"""The two functions of the system that the compiled loop calls: what time it is, and to sleep."""

from __future__ import annotations

import ctypes
import sys
import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

UPTIME = 8
"""macOS's number of the clock that ``time.monotonic`` reads there."""


class System(NamedTuple):
    """Addresses in C."""

    read_time: int
    sleep: int
    time_number: int
    """Of the clock that ``time.monotonic`` reads."""
    spec: NDArray[np.int64]
    """[2]: a ``timespec``."""


def find_system() -> System | None:
    """Them for one thread's use; None on systems that have them not, which is Windows."""
    if sys.platform == "win32" or ctypes.sizeof(ctypes.c_long) != 8:
        return None
    library = ctypes.CDLL(None)
    addresses = [ctypes.cast(f, ctypes.c_void_p).value for f in (library.clock_gettime, library.nanosleep)]
    number = UPTIME if sys.platform == "darwin" else time.CLOCK_MONOTONIC
    return System(int(addresses[0] or 0), int(addresses[1] or 0), number, np.zeros(2, np.int64))
