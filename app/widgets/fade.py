"""The lower edge of what can be scrolled: what goes on below fades out instead of being cut in two."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from app.look.colours import DARK, Theme

HEIGHT = 30


class Fade(QWidget):
    """Lies over the foot of a scroll area while there is more below; takes no clicks."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._colour = DARK.surface
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        area.viewport().installEventFilter(self)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self.place)
        bar.rangeChanged.connect(self.place)

    def set_theme(self, theme: Theme) -> None:
        """Fade to the theme's cards."""
        self._colour = theme.surface
        self.update()

    @Slot()
    def place(self) -> None:
        """Lie where the view ends, if anything is below it."""
        bar, view = self._area.verticalScrollBar(), self._area.viewport()
        self.setVisible(bar.value() < bar.maximum())
        foot = view.geometry()
        self.setGeometry(foot.x(), foot.bottom() + 1 - HEIGHT, foot.width(), HEIGHT)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        solid, clear = QColor(self._colour), QColor(self._colour)
        clear.setAlpha(0)
        gradient = QLinearGradient(0.0, 0.0, 0.0, float(HEIGHT))
        gradient.setColorAt(0.0, clear)
        gradient.setColorAt(0.85, solid)
        painter = QPainter(self)
        painter.fillRect(self.rect(), gradient)
        painter.end()
