"""How far some work is that is done aside, with a button that ends it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel

STEPS = 1000


class ProgressLine(QWidget):
    """Seen only while there is something to show; the button triggers ``cancel``."""

    def __init__(self, cancel: QAction) -> None:
        super().__init__()
        self.text = ElidedLabel()
        self.text.setObjectName("hint")
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.cancel = Button(size=14)
        self.cancel.follow(cancel)
        self.cancel.setObjectName("plain")
        line = QHBoxLayout()
        line.addWidget(self.text, 1)
        line.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.bar)
        self.hide()

    def show_progress(self, text: str, done: float | None) -> None:
        """``done`` 0…1, or None where nobody knows yet; an empty ``text`` hides the line."""
        self.setVisible(bool(text))
        self.text.setText(text)
        self.bar.setRange(0, 0 if done is None else STEPS)
        self.bar.setValue(round(STEPS * (done or 0.0)))
        self.bar.setAccessibleName(text)

    def set_theme(self, theme: Theme) -> None:
        """Tint the button."""
        self.cancel.set_theme(theme)
