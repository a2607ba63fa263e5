"""Buttons side by side in one frame, of which one is chosen: modes, categories, what comes after a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout

from app.look.colours import Theme
from app.widgets.buttons import Button


class Segments(QFrame):
    """``pressed`` carries the value whose button the user pressed, be it chosen already."""

    pressed = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[Any, str, str]], name: str = "", *, wide: bool = False, margin: int = 2
    ) -> None:
        """``choices``: (value, text, tooltip) each. None is chosen at first.

        ``wide`` lets the buttons fill the line; ``margin``: pixels above and below them.
        """
        super().__init__()
        self.setObjectName("segments")
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(2, margin, 2, margin)
        line.setSpacing(0)
        group = QButtonGroup(self)
        self.buttons: dict[Any, Button] = {}
        for value, text, tip in choices:
            button = Button(text, style="segment", tip=tip, checkable=True)
            if wide:
                button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            group.addButton(button)
            self.buttons[value] = button
            line.addWidget(button)
        group.buttonClicked.connect(self._clicked)

    @property
    def value(self) -> Any:
        """What is chosen; None where nothing is."""
        return next((value for value, button in self.buttons.items() if button.isChecked()), None)

    def choose(self, value: Any) -> None:
        """Choose one, without a signal."""
        self.buttons[value].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons.values():
            button.set_theme(theme)

    @Slot(QAbstractButton)
    def _clicked(self, pressed: QAbstractButton) -> None:
        self.pressed.emit(next(value for value, button in self.buttons.items() if button is pressed))
