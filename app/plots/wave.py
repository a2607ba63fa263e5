"""The wave of the whole take: what has been heard is bright, what is made ahead of the ear faint."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.pyramid import Pyramid
from app.plots.raster import Indices, between
from app.plots.time_plot import TimePlot

SHADES = 12
GROUND, LINE, HEARD, AHEAD = 0, 1, 2, 2 + SHADES


class WavePlot(TimePlot):
    """Draws a pyramid on the shared axis."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Wave")
        self.setToolTip(
            "The take, before the volume. The wheel zooms.\n"
            "Click: hear it from there; one that is being made then ends as a take."
        )
        self._pyramid = Pyramid()
        self._rate = 16_000
        self._audible_s = math.inf
        self.set_theme(DARK)

    def show_wave(self, pyramid: Pyramid, sample_rate: int) -> None:
        """Draw another sound; all of it counts as heard."""
        self._pyramid, self._rate, self._audible_s = pyramid, sample_rate, math.inf
        self.redraw()

    def extend(self, start_s: float, end_s: float, audible_s: float) -> None:
        """The pyramid was written to between two times; it is heard up to ``audible_s``."""
        before, self._audible_s = self._audible_s, audible_s
        if math.isinf(before):
            self.redraw()
        else:
            self.draw_between(min(start_s, before, audible_s), max(end_s, before, audible_s))

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        edges = self.axis.view.edges(first, last, width)
        low, high, there = self._pyramid.extremes(edges * self._rate)
        middle, reach = (height - 1) / 2.0, max(1.0, height / 2.0 - 2.0)
        picture = self.empty(first, last)
        picture[:, self.grid(first, last)] = LINE
        picture[round(middle)] = LINE
        top = np.where(there, np.rint(middle - reach * high), height)
        bottom = np.where(there, np.rint(middle - reach * low), -1)
        inside = between(height, top.astype(np.int16), bottom.astype(np.int16))
        shades = np.minimum(np.abs(np.arange(height) - middle) / reach * SHADES, SHADES - 1)
        heard = np.where(edges[:-1] < self._audible_s, HEARD, AHEAD).astype(np.uint8)
        np.copyto(picture, shades.astype(np.uint8)[:, None] + heard, where=inside)
        return picture

    def colours(self, theme: Theme) -> list[int]:
        far = mix(theme.accent, theme.second, 0.85).name()
        heard = [mix(theme.accent, far, (shade / (SHADES - 1)) ** 0.8) for shade in range(SHADES)]
        ahead = [mix(theme.surface, colour.name(), 0.35) for colour in heard]
        plain = [QColor(theme.surface), QColor(theme.line)]
        return [colour.rgba() for colour in (*plain, *heard, *ahead)]
