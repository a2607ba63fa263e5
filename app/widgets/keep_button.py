"""Keep in one click, and an arrow beside it that asks how."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.look.colours import Theme
from app.widgets.buttons import Button


class KeepButton(QFrame):
    """Two buttons that look like one."""

    def __init__(self, keep: QAction, ask: QAction) -> None:
        super().__init__()
        self.setObjectName("split")
        self._ask = ask
        self.button = Button(style="splitLeft")
        self.button.follow(keep, text=True)
        self.arrow = Button(icon_name="chevron-down", style="splitRight", size=14)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.button)
        line.addWidget(self.arrow)
        self.arrow.clicked.connect(ask.trigger)
        ask.changed.connect(self._follow)
        self._follow()

    def set_theme(self, theme: Theme) -> None:
        self.arrow.set_theme(theme)

    @Slot()
    def _follow(self) -> None:
        self.arrow.setEnabled(self._ask.isEnabled())
        self.arrow.setToolTip(self._ask.toolTip())
        self.arrow.setAccessibleName(self._ask.text())
        self.arrow.setAccessibleDescription(self._ask.toolTip())
