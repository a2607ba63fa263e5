"""A wave on which a part is chosen: by dragging its edges or the part itself, or with the arrow keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme
from app.look.time_text import format_time
from app.plots.base import label_picture
from app.plots.pyramid import Pyramid

HEIGHT = 120
GRAB = 7.0
"""Points from an edge at which the mouse takes hold of it."""
STEP_S = 0.1


class RegionPlot(QWidget):
    """``changed`` carries (first, last) seconds. The part is never longer than ``longest_s``."""

    changed = Signal(float, float)

    def __init__(self, pyramid: Pyramid, sample_rate: int, seconds: float, longest_s: float) -> None:
        """``pyramid``: of the whole sound, ``seconds`` > 0 of it."""
        super().__init__()
        self.theme: Theme = DARK
        self._pyramid, self._rate, self._seconds = pyramid, sample_rate, seconds
        self._longest_s, self._shortest_s = longest_s, min(0.1, seconds)
        self.region = (0.0, min(seconds, longest_s))
        self._held = ""
        """What the mouse holds: ``first``, ``last`` or ``both``."""
        self._at_s = 0.0
        self.setMinimumSize(520, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Region")
        self.setToolTip("Drag the part, or its edges. Left and Right move it, with Shift its beginning.")

    def choose(self, first: float, last: float, held: str = "both") -> None:
        """Let a part be chosen, cut to what there is; ``held`` says which edge may give way."""
        if held == "both":
            length = min(max(last - first, self._shortest_s), self._longest_s, self._seconds)
            first = min(max(0.0, first), self._seconds - length)
            last = first + length
        elif held == "first":
            first = max(0.0, last - self._longest_s, min(first, last - self._shortest_s))
        else:
            last = min(self._seconds, first + self._longest_s, max(last, first + self._shortest_s))
        if (first, last) != self.region:
            self.region = (first, last)
            self.setAccessibleDescription(f"{format_time(first, 1)} to {format_time(last, 1)}")
            self.update()
            self.changed.emit(first, last)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, width, height = self.theme, self.width(), self.height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1.0))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1.0, height - 1.0), 8.0, 8.0)
        left, right = (edge / self._seconds * width for edge in self.region)
        shade = QColor(theme.marked)
        shade.setAlphaF(0.16)
        painter.fillRect(QRectF(left, 1.0, right - left, height - 2.0), shade)
        edges = np.linspace(0.0, self._seconds * self._rate, width + 1)
        low, high, there = self._pyramid.extremes(edges)
        middle, reach = height / 2.0, height / 2.0 - 6.0
        loudest = max(0.05, float(np.abs(np.concatenate([low, high])).max()))
        columns = np.arange(width) + 0.5
        inside = (columns >= left) & (columns <= right)
        for chosen, colour in ((~inside, theme.muted), (inside, theme.accent)):
            painter.setPen(QPen(QColor(colour), 1.0))
            painter.drawLines(
                [
                    QLineF(x, middle - reach * h / loudest - 0.5, x, middle - reach * lo / loudest + 0.5)
                    for x, lo, h in zip(
                        columns[there & chosen], low[there & chosen], high[there & chosen], strict=True
                    )
                ]
            )
        painter.setPen(QPen(QColor(theme.marked), 2.0))
        for x in (left, right):
            painter.drawLine(QLineF(x, 2.0, x, height - 2.0))
        text = f"{format_time(self.region[0], 1)} – {format_time(self.region[1], 1)}"
        picture = label_picture(text, theme.text, float(self.devicePixelRatioF()))
        painter.drawPixmap(round(min(max(4.0, left + 5.0), width - 90.0)), 4, picture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x, self._at_s = event.position().x(), self._seconds_at(event)
        self._held = self._holds(x)
        if self._held == "both" and not self.region[0] <= self._at_s <= self.region[1]:
            half = (self.region[1] - self.region[0]) / 2.0
            self.choose(self._at_s - half, self._at_s + half)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        first, last = self.region
        at_s = self._seconds_at(event)
        if self._held == "both":
            self.choose(first + at_s - self._at_s, last + at_s - self._at_s)
            self._at_s = at_s
        elif self._held:
            self.choose(*((at_s, last) if self._held == "first" else (first, at_s)), self._held)
        edge = self._holds(event.position().x()) != "both"
        self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -STEP_S, Qt.Key.Key_Right: STEP_S}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        first, last = self.region
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.choose(first + step, last, "first")
        else:
            self.choose(first + step, last + step)

    def _holds(self, x: float) -> str:
        left, right = (edge / self._seconds * self.width() for edge in self.region)
        nearest = "first" if abs(x - left) < abs(x - right) else "last"
        return nearest if min(abs(x - left), abs(x - right)) <= GRAB else "both"

    def _seconds_at(self, event: QMouseEvent) -> float:
        return event.position().x() / self.width() * self._seconds
