"""The stream goes before other work on a busy machine, where the system lets it."""

from __future__ import annotations

import os
import sys
import threading

NICE = -10


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
