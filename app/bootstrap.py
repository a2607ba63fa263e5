"""Starts the app.

Phases: Qt starts, dressed in our theme; the window is built and shown; only once it has been painted come the
presets, the session, which opens the sound card on its own thread, and what connects them. The chosen
preset's model is loaded last, on a thread of the session's, so that Play is heard at once.

Where a preset is to be played at once, sound comes first: the instrument plays before Qt's widgets are even
imported, because the interpreter, which both want, can do one thing at a time.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from app.settings import AppSettings, settings_path

if TYPE_CHECKING:
    from app.instrument import Instrument

SWITCH_S = 0.0005
FIRST_SOUND_S = 2.0
"""Longest wait for a sound before the window; a model whose code must be compiled first takes longer."""


def run(play: str | None = None, debug: bool = False) -> int:
    """Open the window; returns the exit code when it is closed.

    ``play`` names a preset to be played at once. Raises StudioError, before any window, where there is none
    of that name. With ``debug`` the log tells at the end how often the latest take ran dry.
    """
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, stream=sys.stderr)
    logging.getLogger("numba").setLevel(logging.WARNING)
    # The window holds the interpreter for milliseconds at a time; the stream must get it back sooner.
    sys.setswitchinterval(SWITCH_S)
    settings = AppSettings(settings_path())
    instrument = _playing(settings, play) if play else None
    from app.opening import open_window

    return open_window(settings, instrument)


def _playing(settings: AppSettings, preset: str) -> Instrument:
    from app.instrument import Instrument  # what it imports would keep a window waiting

    instrument = Instrument.open(settings, preset)
    instrument.wait_for_sound(FIRST_SOUND_S)
    return instrument
