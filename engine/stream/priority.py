"""The stream goes before other work on a busy machine, where the system lets it; what can wait, after it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NICE = -10
PATIENT = 10


def ask_for_priority() -> bool:
    """Raise the calling thread, and those it starts from now on; returns whether that was allowed.

    Linux only, and only where the user may: root, or a limit on ``nice`` as audio set-ups have it.
    """
    if sys.platform != "linux":
        return False
    try:
        # On Linux, niceness belongs to the thread.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
    except OSError:
        return False
    return True


def give_way() -> None:
    """Let the calling thread, and those it starts from now on, come after all others. Linux only."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PATIENT)


@contextmanager
def real_time() -> Iterator[bool]:
    """Meanwhile, the calling thread and those that it starts go before all ordinary ones, if that is allowed.

    Says whether it is: Linux only, and only for root or with a limit on ``rtprio`` as audio set-ups have it.
    Not for work that never waits: it would leave the core to nobody else.
    """
    if sys.platform != "linux":
        yield False
        return
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR)))
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
