"""A line of text that gives way: where there is no room it ends in an ellipsis and the tooltip has it all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """A one-line label that never makes its window wider."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._cut: tuple[str, int, str, str] = ("", 0, "", "")
        """What was cut last: a text, to a room in points, in a font, and what was left of it."""

    @property
    def shown(self) -> str:
        """What there is room for."""
        text, room, font = self.text(), self.contentsRect().width(), self.font().key()
        if self._cut[:3] != (text, room, font):
            cut = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._cut = text, room, font, cut
        return self._cut[3]

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.shown
        painter.drawText(self.contentsRect(), int(self.alignment()), shown)
        painter.end()
        tip = self.text() if shown != self.text() else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
