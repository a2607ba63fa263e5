"""Takes that are made aside while something else plays: one piece of work at a time, with its progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.look.time_text import format_time
from engine.library.take_files import StoredTake
from engine.stream.priority import give_way

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.takes import TakeController
    from app.panels.takes import TakePanel
    from app.widgets.progress_line import ProgressLine
    from engine.library.takes import Take

LOOK_MS = 100
MEASURED_S = 1.0
"""Seconds of work after which it is known how long the rest takes."""
NOTHING_MADE = "Nothing is being made aside"

Proceed = Callable[[float], bool]
Done = Callable[[Any], object]


class _Work:
    """What the thread that works and the window tell each other."""

    def __init__(self, text: str, done: Done, failed: Callable[[str], object]) -> None:
        self.text, self.share = text, 0.0
        self.done, self.failed = done, failed
        self.began: float | None = None
        """When the first sample was made, in seconds of ``time.monotonic``."""
        self.cancelled = threading.Event()

    def proceed(self, share: float) -> bool:
        """On the thread that works: how much is done, 0…1; says whether to go on."""
        self.began = self.began or time.monotonic()
        self.share = share
        return not self.cancelled.is_set()

    def words(self) -> tuple[str, float | None]:
        """What to say, and how much is done, if that is known."""
        if self.began is None:
            return f"{self.text}: getting ready", None
        worked, left = time.monotonic() - self.began, ""
        if worked > MEASURED_S and self.share > 0.0:
            left = f", {format_time(worked * (1.0 - self.share) / self.share)} left"
        return f"{self.text}: {self.share:.0%}{left}", self.share


class Making(QObject):
    """Gives way to whatever plays; ``changed`` when work begins or ends."""

    changed = Signal()

    def __init__(self, line: ProgressLine, actions: Actions, background: Background) -> None:
        super().__init__()
        self._line, self._actions, self._background = line, actions, background
        self._work: _Work | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        actions["cancel_making"].triggered.connect(self.cancel)
        self._show()

    @property
    def why_not(self) -> str:
        """Why nothing else can begin; empty where it can."""
        return f"{self._work.text} being made; cancel that first" if self._work else ""

    def start(
        self, text: str, work: Callable[[Proceed], Any], done: Done, failed: Callable[[str], object]
    ) -> None:
        """Do ``work`` aside, unless something is being made: it tells how far it is, and is told to end.

        ``done`` has its result, ``failed`` why there is none, unless all was closed meanwhile.
        """
        if self._work is not None:
            failed(self.why_not)
            return
        running = self._work = _Work(text, done, failed)

        def body() -> Any:
            give_way()
            return work(running.proceed)

        self._background.run(body, self._done, self._failed)
        self._timer.start()
        self._show()

    @Slot()
    def cancel(self) -> None:
        """End it; ``done`` has what the work gives then."""
        if self._work is not None:
            self._work.cancelled.set()

    def stop(self) -> None:
        """End it and tell nobody. Can be called twice."""
        self.cancel()
        self._work = None
        self._timer.stop()

    def _done(self, result: object) -> None:
        if work := self._end():
            work.done(result)

    def _failed(self, why: str) -> None:
        if work := self._end():
            work.failed(why)

    def _end(self) -> _Work | None:
        work, self._work = self._work, None
        if work is not None:
            self._timer.stop()
            self._show()
        return work

    def _show(self) -> None:
        self._actions.allow("cancel_making", "" if self._work else NOTHING_MADE)
        self._look()
        self.changed.emit()

    @Slot()
    def _look(self) -> None:
        text, share = self._work.words() if self._work else ("", None)
        self._line.show_progress(text, share)


def list_made(made: Sequence[Take], takes: TakeController, panel: TakePanel) -> Take:
    """Put one or more takes into the list, and select and show the first, which is returned."""
    for take in reversed(made):
        first = takes.add(take)
        if isinstance(first, StoredTake):
            takes.store.complete(first)
    panel.selected.emit(first.id)
    return first
