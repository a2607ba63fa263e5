"""The MIDI indicator in the top line: a dot that lights up with what is played, and a menu of inputs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.look.colours import DARK, Theme
from app.look.icons import icon
from app.widgets.buttons import Button

ALL, NONE = "", "-"
"""Choices beside the inputs' names."""
NOTHING, LISTENING, PLAYED = range(3)
WORDS = ("No MIDI input", "MIDI input is listened to", "MIDI is played")


class MidiMenu(QMenu):
    """``chosen`` carries an input's name, ALL or NONE."""

    chosen = Signal(str)
    rescan_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("MIDI", parent)
        self.setToolTipsVisible(True)

    def show_inputs(self, names: Sequence[str], current: str, problem: str = "") -> None:
        """The inputs that there are, and which one is set; ``problem`` says why there are none."""
        self.clear()
        self._entry(ALL, "All inputs", current)
        for name in dict.fromkeys([*names, *([current] if current not in (ALL, NONE) else [])]):
            self._entry(name, name if name in names else f"{name} (not there)", current)
        self._entry(NONE, "None", current)
        if problem or not names:
            self.addAction(problem or "No MIDI input is plugged in").setEnabled(False)
        self.addSeparator()
        again = self.addAction("Look again")
        again.setToolTip("Look for inputs that came or went")
        again.triggered.connect(self.rescan_asked)

    def _entry(self, name: str, text: str, current: str) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(name == current)
        action.triggered.connect(lambda: self.chosen.emit(name))
        return action


class MidiButton(Button):
    """Shows NOTHING, LISTENING or PLAYED."""

    def __init__(self, menu: MidiMenu) -> None:
        super().__init__("MIDI", icon_name="dot-hollow", tip=WORDS[NOTHING], size=10)
        self._dot, self._dress = NOTHING, DARK
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.show_state(NOTHING, "")

    def show_state(self, state: int, names: str, why_not: str = "") -> None:
        """Which of the three; ``names`` of what is listened to, ``why_not`` what keeps it from leading."""
        tip = f"{WORDS[state]}{f': {names}' if names else ''}. Click to choose"
        tip = f"{tip}\n{why_not}" if why_not else tip
        if tip != self.toolTip():
            self.setToolTip(tip)
            self.setAccessibleDescription(tip)
        if state != self._dot:
            self._dot = state
            self.set_theme(self._dress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showMenu()
            return
        super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self._dress = theme
        colour = (theme.muted, theme.text, theme.accent)[self._dot]
        name = "dot" if self._dot == PLAYED else "dot-hollow"
        self.setIcon(icon(name, theme, size=10, colour=colour))
