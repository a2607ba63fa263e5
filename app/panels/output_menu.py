"""The menu of audio outputs, asked for anew each time it opens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

DEFAULT = "System default"


class OutputMenu(QMenu):
    """``chosen`` carries a device's id, or an empty text for the system's default."""

    chosen = Signal(str)
    rescan_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Output", parent)
        self.setToolTipsVisible(True)

    def show_devices(self, devices: Sequence[tuple[str, str]], current: str, problem: str = "") -> None:
        """(id, text) of each device, and which one is set; ``problem`` says why there are none."""
        self.clear()
        self._entry("", DEFAULT, checked=not current)
        for name, text in devices:
            self._entry(name, text, checked=name == current)
        if current and current not in dict(devices):
            self._entry(current, f"{current} (not there)", checked=True)
        if problem:
            note = self.addAction(problem)
            note.setEnabled(False)
        self.addSeparator()
        again = self.addAction("Look again")
        again.setToolTip("Look for outputs that came or went")
        again.triggered.connect(self.rescan_asked)

    def _entry(self, name: str, text: str, *, checked: bool) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(checked)
        action.triggered.connect(lambda: self.chosen.emit(name))
        return action
