"""Timing a call again and again: the first goes unmeasured, then as many as fill the time."""

from __future__ import annotations

import time
from collections.abc import Callable

FEWEST = 3


def time_calls(call: Callable[[], object], seconds: float) -> list[float]:
    """Seconds that each call took, at least ``FEWEST``, until they add up to ``seconds``."""
    call()
    times: list[float] = []
    while sum(times) < seconds or len(times) < FEWEST:
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return times
