"""Gets the chosen preset's model ready while nothing sounds, so that Play is heard at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.controllers.player import Player
from engine.stream.states import State

QUIET_MS = 250
"""Quiet time after the last choice of a preset, so that stepping through many loads only the last."""


class Preload(QObject):
    """The loading itself is done on the session's own thread."""

    def __init__(self, player: Player, window: QWidget) -> None:
        super().__init__()
        self._player, self._window = player, window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._ripe)
        player.preset_changed.connect(self.soon)

    @Slot()
    def soon(self) -> None:
        """Once nothing else was asked for, get ready."""
        self._timer.start()

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._timer.stop()

    @Slot()
    def _ripe(self) -> None:
        window = self._window.windowHandle()
        if window is None or not window.isExposed():
            self._timer.start()  # the first picture comes first; a minimised window can wait as well
        elif self._player.state == State.IDLE:
            self._player.prepare()
