"""A picture on the shared time axis: columns of pixels that are drawn only where something changed."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.plots.axis import TimeAxis
from app.plots.base import StillPlot, label_width
from app.plots.raster import Indices

ZOOM = 1.25
"""How much a step of the wheel zooms."""
CLICK = 4.0
"""Points that a press may wander and still be a click."""
SHORTEST_LOOP_S = 0.1
LINE = 1.5
"""Points of the playhead's width."""


class TimePlot(StillPlot):
    """``clicked`` carries the seconds at which the user clicked."""

    clicked = Signal(float)
    looped = Signal(float, float)
    """(first, last) seconds of the part that was dragged over, with Shift."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self.playhead_s: float | None = None
        self.loop: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._choosing = False
        """Whether the drag that may have begun chooses what is repeated."""
        axis.changed.connect(self.redraw)
        self.setMinimumHeight(24)

    def columns(self, first: int, last: int) -> Indices:
        """[height, last - first] of ``pixels``: the colour numbers of these columns."""
        raise NotImplementedError

    @Slot()
    def redraw(self) -> None:
        if self.isVisible():
            self.present(self.columns(0, self.pixels[1]))

    def draw_between(self, start_s: float, end_s: float) -> None:
        """Draw anew what lies between two times, if it is seen and all is not to be drawn anew anyway."""
        height, width = self.pixels
        view = self.axis.view
        first = max(0, math.floor(view.x(start_s, width)) - 1)
        last = min(width, math.ceil(view.x(end_s, width)) + 1)
        if first >= last or self._due or not self.isVisible():
            return
        if self.picture is None or self.picture.shape != (height, width):
            self.redraw()
            return
        self.picture[:, first:last] = self.columns(first, last)
        self.present(self.picture, first, last)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the line; None for none. Only what it leaves and reaches is painted."""
        before, self.playhead_s = self.playhead_s, seconds
        for time in (before, seconds):
            if before != seconds and time is not None:
                self._touch(self.axis.view.x(time, self.width()), LINE + 2.0)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Show the part that is repeated, or none."""
        if loop != self.loop:
            self.loop = loop
            self._touch(self.width() / 2.0, self.width() / 2.0)

    def decorate(self, painter: QPainter) -> None:
        view, width, height = self.axis.view, self.width(), self.height()
        if self.loop is not None:
            shade = QColor(self.theme.marked)
            shade.setAlphaF(0.14)
            left, right = (view.x(edge, width) for edge in self.loop)
            painter.fillRect(QRectF(left, 0.0, right - left, height), shade)
        if self.playhead_s is not None:
            x = view.x(self.playhead_s, width)
            if 0.0 <= x <= width:
                painter.fillRect(QRectF(min(x, width - LINE), 0.0, LINE, height), QColor(self.theme.marked))

    def note(self, painter: QPainter, text: str, x: float, y: float) -> None:
        """A label on a ground of its own: what it lies over may have any colour."""
        ground = QColor(self.theme.surface)
        ground.setAlphaF(0.8)
        painter.fillRect(QRectF(x - 2.0, y - 11.0, label_width(text) + 5.0, 12.0), ground)
        self.label(painter, text, x, y)

    def grid(self, first: int, last: int) -> list[int]:
        """Columns, counted from ``first``, in which a line of the time grid stands."""
        width = self.pixels[1]
        _, times = self.axis.view.ticks(self.width(), 72.0)
        lines = (round(self.axis.view.x(time, width)) for time in times)
        return [line - first for line in lines if first <= line < last]

    def seconds_at(self, x: float) -> float:
        """The time at a place, never before 0."""
        return max(0.0, self.axis.view.seconds(x, self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._choosing = event.position(), self.chooses(event)
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            moved = self._dragged.x() - event.position().x()
            self._dragged = event.position()
            self.axis.scroll(moved / self.width() * self.axis.view.span_s)
        elif self._choosing and (part := self._part(event)) is not None:
            self.set_loop(part)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        part = self._part(event) if self._choosing else None
        if part is not None and part[1] - part[0] >= SHORTEST_LOOP_S:
            self.looped.emit(*part)
        self._dragged, self._choosing = None, False
        pressed, self._pressed = self._pressed, None
        if pressed is not None and abs(event.position().x() - pressed.x()) <= CLICK:
            self.clicked.emit(self.seconds_at(event.position().x()))

    def chooses(self, event: QMouseEvent) -> bool:
        """Whether a drag that begins so chooses what is repeated."""
        return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def _part(self, event: QMouseEvent) -> tuple[float, float] | None:
        """What was dragged over since the press; None for a click."""
        if self._pressed is None or abs(event.position().x() - self._pressed.x()) <= CLICK:
            return None
        ends = sorted((self.seconds_at(self._pressed.x()), self.seconds_at(event.position().x())))
        return ends[0], ends[1]

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned: QPoint = event.angleDelta()
        sideways = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            self.axis.scroll(-sideways / 120.0 * 0.1 * self.axis.view.span_s)
        elif turned.y():
            at = self.seconds_at(event.position().x())
            self.axis.zoom(ZOOM ** (-turned.y() / 120.0), at)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.axis.zoom(ZOOM if key == Qt.Key.Key_Minus else 1.0 / ZOOM)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.axis.scroll((0.1 if key == Qt.Key.Key_Right else -0.1) * self.axis.view.span_s)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.playhead_s or 0.0)
        else:
            super().keyPressEvent(event)

    def empty(self, first: int, last: int) -> Indices:
        """[height, last - first]: nothing but ground."""
        return np.zeros((self.pixels[0], last - first), np.uint8)

    def _touch(self, x: float, reach: float) -> None:
        """Have what lies within ``reach`` points of ``x`` painted again."""
        if self._canvas is not None:
            self._canvas.touch(x - reach, x + reach)
