"""The whole take as a strip, with a frame around what the lanes show of it: the stage's scroll bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.base import StillPlot
from app.plots.pyramid import Pyramid
from app.plots.raster import between

HEIGHT = 20
GROUND, WAVE = 0, 1


class Overview(StillPlot):
    """A click or a drag moves the view."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self._pyramid = Pyramid()
        self._rate = 16_000
        self.setMinimumHeight(HEIGHT)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Overview")
        self.setToolTip("The whole take; the frame is what is seen. Drag it.")
        axis.changed.connect(self._moved)
        self.set_theme(DARK)

    def show_wave(self, pyramid: Pyramid, sample_rate: int) -> None:
        """Draw a sound, as long as the axis says it is."""
        self._pyramid, self._rate = pyramid, sample_rate
        self.redraw()

    def redraw(self) -> None:
        height, width = self.pixels
        picture = np.zeros((height, width), np.uint8)
        edges = np.linspace(0.0, self._length * self._rate, width + 1)
        low, high, there = self._pyramid.extremes(edges)
        middle = (height - 1) / 2.0
        top = np.where(there, np.rint(middle - middle * high), height).astype(np.int16)
        bottom = np.where(there, np.rint(middle - middle * low), -1).astype(np.int16)
        picture[between(height, top, bottom)] = WAVE
        self.present(picture)

    def decorate(self, painter: QPainter) -> None:
        view = self.axis.view
        left, right = (
            self.width() * time / self._length for time in (view.start_s, view.start_s + view.span_s)
        )
        painter.setPen(QPen(QColor(self.theme.strong_line), 1.0))
        shade = QColor(self.theme.second)
        shade.setAlphaF(0.16)
        painter.setBrush(shade)
        painter.drawRoundedRect(QRectF(left + 0.5, 0.5, max(6.0, right - left) - 1.0, HEIGHT - 1.0), 4.0, 4.0)

    def colours(self, theme: Theme) -> list[int]:
        return [QColor(theme.surface).rgba(), mix(theme.surface, theme.accent, 0.7).rgba()]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._centre(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._centre(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.axis.scroll(-event.angleDelta().y() / 120.0 * 0.1 * self.axis.view.span_s)
        event.accept()

    @property
    def _length(self) -> float:
        """Seconds from edge to edge."""
        view = self.axis.view
        return max(self.axis.duration_s, view.start_s + view.span_s)

    def _centre(self, place: QPointF) -> None:
        view = self.axis.view
        wanted = place.x() / self.width() * self._length - view.span_s / 2.0
        self.axis.scroll(wanted - view.start_s)

    @Slot()
    def _moved(self) -> None:
        if self.isVisible():
            self.redraw()
