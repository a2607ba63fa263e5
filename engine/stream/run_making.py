"""The stream of a request, made of what was loaded for it, or why it cannot be played, in one line."""

from __future__ import annotations

import logging
from collections.abc import Callable

from engine.errors import StudioError
from engine.library.take_writer import TakeWriter
from engine.stream.controls import Controls
from engine.stream.loader import Loaded
from engine.stream.messages import Request
from engine.stream.run import Run
from engine.stream.state_history import StatesByTake

log = logging.getLogger(__name__)


def made(
    request: Callable[[], Request],
    loaded: Loaded,
    controls: Controls,
    states: StatesByTake,
    writer: TakeWriter | None,
) -> Run | str:
    """The stream, or why there is none. Called on the loader's thread: what is gone on from is made here."""
    try:
        return Run(request(), loaded.model, loaded.kernel, controls, states, writer)
    except StudioError as error:
        return str(error)
    except Exception as error:
        log.exception("beginning a stream of %s", loaded.model.header.name)
        return f"model {loaded.model.header.name!r} cannot be played: {error}"
