"""The odds of every sample over time: brighter where an amplitude was likelier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.amplitudes import first_codes, row_of
from app.plots.axis import TimeAxis
from app.plots.odds_history import OddsHistory
from app.plots.raster import Indices, runs
from app.plots.time_plot import TimePlot

SHADES = 32
SHOWN = (1.0, 0.1, 0.01, 0.0, -0.01, -0.1, -1.0)
LABEL_LINE = 13.0


class HeatMap(TimePlot):
    """Time to the right, amplitude upwards, as mu-law spaces it or evenly."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Odds over time")
        self.setToolTip("How likely each amplitude was. Narrow: sure of itself. Wide: open.")
        self._history = OddsHistory()
        self._spread = True
        self._codes: NDArray[np.int64] = np.zeros(0, np.int64)
        self.set_theme(DARK)

    def show_odds(self, history: OddsHistory) -> None:
        """Draw those of another take."""
        self._history = history
        self.redraw()

    def set_spread(self, on: bool) -> None:
        """Space the axis as mu-law does, or evenly in amplitude."""
        self._spread = on
        self._codes = self._codes[:0]
        self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        if len(self._codes) != height:
            self._codes = first_codes(height, spread=self._spread)
        edges = self.axis.view.edges(first, last, width)
        numbers, which = runs(self._history.numbers((edges[:-1] + edges[1:]) / 2.0))
        picture = np.maximum.reduceat(self._history.odds(numbers), self._codes, axis=1)[:, ::-1].T >> 3
        return np.ascontiguousarray(picture[:, which])  # many columns of pixels show one of odds

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        height = self.height()
        codes = self._codes
        free = -LABEL_LINE
        for amplitude in SHOWN if len(codes) else ():
            y = row_of(amplitude, height, spread=self._spread)
            y = min(max(y + 4.0, 11.0), height - 2.0)
            if y - free >= LABEL_LINE:
                self.note(painter, f"{amplitude:g}".replace("-", "−"), 3.0, y)
                free = y

    def colours(self, theme: Theme) -> list[int]:
        """Dark to light on dark grounds, light to dark on light ones."""
        shades = [mix(theme.surface, theme.second, min(1.0, 1.6 * i / SHADES)) for i in range(SHADES)]
        peak = theme.text
        return [
            mix(shade.name(), peak, max(0.0, (i / SHADES - 0.6) * 1.6)).rgba()
            for i, shade in enumerate(shades)
        ]
