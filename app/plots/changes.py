"""What was moved while the take was made: a mark and a few words at each moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme
from app.plots.axis import TimeAxis
from app.plots.base import label_width
from app.plots.raster import Indices
from app.plots.time_plot import TimePlot

LINE_HEIGHT = 13.0
LONGEST_WORDS = 200.0
"""Points that words of a mark may take which itself lies left of what is seen."""


class ChangesPlot(TimePlot):
    """Words that would lie over others go to the next line, and then away: the mark stays."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Changes")
        self.setToolTip("What was moved, and when")
        self.setMinimumHeight(round(2 * LINE_HEIGHT))
        self._marks: tuple[tuple[float, str], ...] = ()
        self.set_theme(DARK)

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """(seconds, words) of each change."""
        return self._marks

    def show_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """(seconds, words) in order of time."""
        marks = tuple(marks)
        if marks != self._marks:
            self._marks = marks
            self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        picture = self.empty(first, last)
        picture[:, self.grid(first, last)] = 1
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        lines = max(1, int(self.height() // LINE_HEIGHT))
        free = [-1.0] * lines
        view, width = self.axis.view, self.width()
        seen = (view.seconds(x, width) for x in (-LONGEST_WORDS, width))
        first, after = (bisect_right(self._marks, time, key=lambda mark: mark[0]) for time in seen)
        painted = painter.clipBoundingRect()  # where the playhead moves on it is a strip
        for seconds, words in self._marks[first:after]:
            x = view.x(seconds, width)
            end = x + 4.0 + label_width(words)
            line = next((n for n in range(lines) if free[n] <= x), None)
            if line is not None:
                free[line] = end + 8.0
            if end < painted.left() or x > painted.right():
                continue
            painter.fillRect(QRectF(x, 0.0, 1.5, self.height()), QColor(self.theme.second))
            if line is not None:
                self.label(painter, words, x + 4.0, (line + 1) * LINE_HEIGHT - 1.0)

    def colours(self, theme: Theme) -> list[int]:
        return [QColor(theme.surface).rgba(), QColor(theme.line).rgba()]
