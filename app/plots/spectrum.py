"""What sounds at which height: 0 to 8 kHz over time, brighter where it is louder."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.raster import Indices, runs
from app.plots.spectrogram import BINS, Spectrogram
from app.plots.time_plot import TimePlot

SHADES = 32
LABELS_HZ = (1000, 2000, 4000, 6000, 8000)
LABEL_LINE = 13.0


class SpectrumPlot(TimePlot):
    """Time to the right, frequency upwards."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Spectrum")
        self.setToolTip("How loud each frequency is, 0 to 8 kHz")
        self._spectrogram: Spectrogram | None = None
        self.set_theme(DARK)

    def show_spectrum(self, spectrogram: Spectrogram | None) -> None:
        """Draw that of another take, or none."""
        self._spectrogram = spectrogram
        self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        picture = self.empty(first, last)
        if self._spectrogram is not None:
            edges = self.axis.view.edges(first, last, width)
            numbers, which = runs(self._spectrogram.numbers((edges[:-1] + edges[1:]) / 2.0))
            rows = ((height - 1 - np.arange(height)) * BINS // height).astype(np.int64)
            picture = np.ascontiguousarray((self._spectrogram.levels(numbers)[:, rows].T >> 3)[:, which])
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        free = float(self.height()) + LABEL_LINE
        for hertz in LABELS_HZ:
            y = min(max(self.height() * (1.0 - hertz / 8000.0) + 4.0, 11.0), self.height() - 1.0)
            if free - y >= LABEL_LINE:
                self.note(painter, f"{hertz // 1000} kHz", 3.0, y)
                free = y

    def colours(self, theme: Theme) -> list[int]:
        shades = [mix(theme.surface, theme.accent, min(1.0, 1.4 * i / SHADES)) for i in range(SHADES)]
        return [
            mix(shade.name(), theme.marked, max(0.0, (i / SHADES - 0.6) * 1.8)).rgba()
            for i, shade in enumerate(shades)
        ]
