"""The times over the lanes; a drag along it chooses what is repeated."""

from __future__ import annotations

from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme
from app.look.time_text import format_time
from app.plots.axis import TimeAxis
from app.plots.raster import Indices
from app.plots.time_plot import TimePlot

HEIGHT = 22
GROUND, LINE = 0, 1


class Ruler(TimePlot):
    """Any drag chooses a part: see ``looped``."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Ruler")
        self.setAccessibleDescription("The times of the take; a drag chooses the part that L repeats")
        self.setToolTip("Click: playhead. Drag: the part that is repeated (L).")
        self.set_theme(DARK)

    def columns(self, first: int, last: int) -> Indices:
        picture = self.empty(first, last)
        picture[-round(6 * self.scale_factor) :, self.grid(first, last)] = LINE
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        step, times = self.axis.view.ticks(self.width(), 72.0)
        decimals = 2 if step < 0.1 or step == 0.25 else 1 if step < 1.0 else 0
        for time in times:
            x = self.axis.view.x(time, self.width())
            if x < self.width() - 34.0:
                self.label(painter, format_time(time, decimals), x + 3.0, HEIGHT - 4.0)

    def colours(self, theme: Theme) -> list[int]:
        return [QColor(theme.surface).rgba(), QColor(theme.strong_line).rgba()]

    def chooses(self, event: QMouseEvent) -> bool:
        return True
