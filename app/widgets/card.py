"""A titled, rounded ground for one group of controls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget


class Card(QFrame):
    """A frame with a small heading, room for buttons beside it, and a body to fill."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.heading = QLabel()
        self.heading.setObjectName("heading")
        self.set_heading(heading)
        self.header = QHBoxLayout()
        self.header.setSpacing(6)
        self.header.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignVCenter)
        self.header.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._outer = outer = QVBoxLayout(self)
        self.set_tight(False)
        outer.addLayout(self.header)
        outer.addLayout(self.body, 1)

    def set_heading(self, heading: str) -> None:
        """What it holds now, for the eye and for a screen reader."""
        self.heading.setText(heading.upper())
        self.setAccessibleName(heading)

    def set_tight(self, tight: bool) -> None:
        """Whether to save room between what it holds and its edge."""
        top, bottom = (5, 5) if tight else (9, 10)
        self._outer.setContentsMargins(12, top, 12, bottom)
        self._outer.setSpacing(2 if tight else 6)

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Points between what it holds and its edge."""
        self._outer.setContentsMargins(left, top, right, bottom)

    def add_tool(self, widget: QWidget) -> None:
        """Put a small widget at the heading's right."""
        self.header.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
