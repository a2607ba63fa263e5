"""The right column: all that steers, from top to bottom in the order in which Tab walks it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

GAP = 8


class RightColumn(QScrollArea):
    """Panels one below the other; what there is no room for is scrolled to."""

    def __init__(self, panels: Sequence[QWidget], last: QWidget, foot: QWidget) -> None:
        """``last`` takes what the others leave, above ``foot``."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for panel in panels:
            column.addWidget(panel)
        column.addWidget(last, 1)
        self._spare = QWidget()
        column.addWidget(self._spare, 1)
        column.addWidget(foot)
        self.setWidget(inside)

    def set_filled(self, filled: bool) -> None:
        """Whether the last panel is shown; else the room below the others, above the foot, stays empty."""
        self._spare.setVisible(not filled)
