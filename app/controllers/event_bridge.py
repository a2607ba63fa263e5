"""From the engine's threads to Qt's: the one place where they meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine.errors import StudioError
from engine.stream.messages import Event


class EventBridge(QObject):
    """Give ``post`` to a session; a listener is then told on the thread that this object lives on."""

    _received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._waiting: list[Event] | None = []
        """What was posted before anybody listened; None from then on."""
        self._listener: Callable[[Event], None] | None = None
        self._closed = False
        self._received.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, event: Event) -> None:
        """Called on any thread."""
        with self._lock:
            if self._closed:
                return
            if self._waiting is None:
                self._received.emit(event)
            else:
                self._waiting.append(event)

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Tell everything to ``listener`` from the event loop: what was posted before, and all that comes."""
        with self._lock:
            self._listener = listener
            for event in self._waiting or ():
                self._received.emit(event)
            self._waiting = None

    def close(self) -> None:
        """Tell nothing any more, nor what is still on its way. Can be called twice."""
        with self._lock:
            self._closed = True

    @Slot(object)
    def _deliver(self, event: Event) -> None:
        if self._listener is not None and not self._closed:
            self._listener(event)


class Background(QObject):
    """Runs slow work aside: its result, or its failure in one line, comes back on this object's thread."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._ended.connect(self._deliver)

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]
    ) -> None:
        """Returns at once. Once closed, it does nothing."""
        if self._closed:
            return

        def body() -> None:
            try:
                result = work()
            except StudioError as error:
                self._ended.emit(failed, str(error))
            except Exception as error:  # noqa: BLE001 - a fault must reach the message bar, not vanish here
                self._ended.emit(failed, f"a fault in the program: {type(error).__name__}: {error}")
            else:
                self._ended.emit(done, result)

        thread = threading.Thread(target=body, name="background")
        self._threads = [thread, *(other for other in self._threads if other.is_alive())]
        thread.start()

    @property
    def busy(self) -> bool:
        """Whether something is still running."""
        return any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Wait for what is running: a file is written whole. What comes of it is told to nobody any more."""
        self._closed = True
        for thread in self._threads:
            thread.join()

    @Slot(object, object)
    def _deliver(self, receiver: Callable[[Any], object], result: object) -> None:
        if not self._closed:
            receiver(result)
