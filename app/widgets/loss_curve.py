"""How well a model that is trained predicts: bits per sample over what it has heard; lower is better."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colours import DARK, Theme
from app.look.theme import ui_font

Point = tuple[float, float]
"""(samples or any other measure of progress, bits)."""
LEFT, BOTTOM, TOP = 32, 6, 8
"""Points beside and around the curve."""
LEAST_SPAN = 0.1
"""Bits from the lowest line to the highest, at least."""


def bounds(points: Sequence[Point]) -> tuple[float, float]:
    """The lowest and the highest bits that are shown, apart by LEAST_SPAN at least."""
    values = sorted(bits for _, bits in points)
    low, high = values[0], values[-1]
    missing = max(0.0, LEAST_SPAN - (high - low)) / 2.0
    return low - missing, high + missing


class LossCurve(QWidget):
    """A small picture: what is learnt as a line, what is kept back as dots."""

    def __init__(self) -> None:
        super().__init__()
        self._learnt: list[Point] = []
        self._held_out: list[Point] = []
        self._theme, self._font = DARK, ui_font(8.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Loss curve")
        self.setToolTip(
            "Bits that the model is wrong by, for each sample: lower is better.\n"
            "Line: sounds that it learns. Dots: sounds that were kept back."
        )
        self.show_curve([], [])

    def sizeHint(self) -> QSize:
        return QSize(200, 104)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_curve(self, learnt: Sequence[Point], held_out: Sequence[Point]) -> None:
        """Show these points, each list in order."""
        if (list(learnt), list(held_out)) != (self._learnt, self._held_out):
            self._learnt, self._held_out = list(learnt), list(held_out)
            self.update()
        last = f", {learnt[-1][1]:.2f} bits" if learnt else ""
        self.setAccessibleDescription(f"{len(learnt)} points{last}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        theme, area = self._theme, QRectF(LEFT, TOP, self.width() - LEFT - 4, self.height() - TOP - BOTTOM)
        points = [*self._learnt, *self._held_out]
        if not points:
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, "The curve begins with the first steps"
            )
            return
        low, high = bounds(points)
        last = max(x for x, _ in points) or 1.0

        def place(point: Point) -> QPointF:
            x, bits = point
            return QPointF(
                area.left() + area.width() * x / last,
                area.bottom() - area.height() * (bits - low) / (high - low),
            )

        for bits in (low, high):
            y = place((0.0, bits)).y()
            painter.setPen(QColor(theme.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                QRectF(0, y - 8, LEFT - 6, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{bits:.2f}",
            )
        painter.setPen(QPen(QColor(theme.accent), 1.6))
        painter.drawPolyline(QPolygonF([place(point) for point in self._learnt]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.second))
        for point in self._held_out:
            painter.drawEllipse(place(point), 3.0, 3.0)
