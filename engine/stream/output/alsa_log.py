"""Keeps ALSA from writing to stderr: what it says there is told by ``Status`` already."""

from __future__ import annotations

import ctypes
import sys

ALSA = "libasound.so.2"


def silence_alsa() -> None:
    """Have ALSA say nothing, from now on and in the whole process. Can be called twice.

    Where it is not installed there is nothing to do. Gaps are counted as before: ``Output.dropouts`` does
    not go by these messages.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        alsa = ctypes.CDLL(ALSA)
    except OSError:
        return
    # The handler must not be a Python function: messages come on the audio thread, which would then wait for
    # the interpreter, and may come when that is gone already. This one is ALSA's own, takes no arguments and
    # has no effect; C's calling conventions let it ignore what it is given.
    nothing = ctypes.cast(alsa.snd_asoundlib_version, ctypes.c_void_p)
    set_handler = alsa.snd_lib_error_set_handler
    set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_int
    set_handler(nothing)
