"""How open the next sample was, over time: bits, from 0 (certain) to 8 (anything at all)."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.odds_history import OddsHistory
from app.plots.raster import Indices, between
from app.plots.time_plot import TimePlot

HEIGHT = 34
BITS = 8.0
GROUND, LINE, FILL = 0, 1, 2


class EntropyPlot(TimePlot):
    """Filled from the foot."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Entropy over time")
        self.setToolTip("How open the next sample was: 0 bits certain, 8 anything at all")
        self._history = OddsHistory()
        self.set_theme(DARK)

    def show_odds(self, history: OddsHistory) -> None:
        """Draw those of another take."""
        self._history = history
        self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        edges = self.axis.view.edges(first, last, width)
        _, bits, there = self._history.at((edges[:-1] + edges[1:]) / 2.0)
        picture = self.empty(first, last)
        picture[height // 2] = LINE
        top = np.where(there, np.rint((height - 1) * (1.0 - bits / BITS)), height)
        foot = np.full(len(bits), height - 1, np.int16)
        picture[between(height, top.astype(np.int16), foot)] = FILL
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        self.note(painter, "8 bits", 3.0, 11.0)
        self.note(painter, "0", 3.0, HEIGHT - 1.0)

    def colours(self, theme: Theme) -> list[int]:
        return [
            QColor(theme.surface).rgba(),
            QColor(theme.line).rgba(),
            mix(theme.surface, theme.marked, 0.55).rgba(),
        ]
