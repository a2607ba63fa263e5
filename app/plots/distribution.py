"""What the model expects next: the probability of all 256 values, before and after shaping.

Heights are square roots of probabilities: fixed from 0 to 1, and still readable at one per cent.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.base import StillPlot, label_width
from app.plots.raster import between, outline
from engine.wavenet.mulaw import DECODED, LEVELS, MU

LINEAR_TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)
SPREAD_TICKS = (-1.0, -0.3, -0.1, -0.03, -0.01, 0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
SHARES = (0.05, 0.2, 0.5, 1.0)
HEAD, FOOT = 18.0, 18.0
"""Points over the highest probability and under the curves, for labels."""
LABEL_LINE = 12.0
"""Points between two lines of labels, at least; those with less room are left out."""
SHADES = 12
GROUND, LINE, BEFORE, DRAWN, EDGE, FILL = 0, 1, 2, 3, 4, 5


def compand(amplitude: float) -> float:
    """mu-law's curve (section 2.2 of the paper): ±1 to ±1, finer around 0."""
    return math.copysign(math.log1p(MU * abs(amplitude)) / math.log1p(MU), amplitude)


def edges(*, spread: bool) -> NDArray[np.float64]:
    """[257]: where each value's column begins and ends on the axis, -1…1.

    The axis holds decoded amplitudes; ``spread`` gives every value the same width, as mu-law spaces them.
    """
    if spread:
        return np.linspace(-1.0, 1.0, LEVELS + 1)
    amplitudes = DECODED.astype(np.float64)
    middles = (amplitudes[1:] + amplitudes[:-1]) / 2.0
    return np.concatenate([amplitudes[:1], middles, amplitudes[-1:]])


def place(amplitude: float, *, spread: bool) -> float:
    """Where a decoded amplitude lies on the axis, -1…1."""
    return compand(amplitude) * MU / LEVELS if spread else amplitude


class DistributionPlot(StillPlot):
    """Faint: what the model says. Strong: after temperature and nucleus. The line: what was drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Distribution of the next sample")
        self.setAccessibleDescription("The probability of every amplitude that the next sample can take")
        self.setToolTip(
            "How likely each amplitude is to come next: grey as the model says, coloured after temperature "
            "and nucleus.\nThe line marks the value that was drawn. Wide: surprising. Narrow: sure of itself."
        )
        self._spread = True
        self._before = self._after = np.zeros(LEVELS)
        self._code: int | None = None
        self._columns = np.zeros(0, dtype=np.int64)
        self.set_theme(DARK)

    @property
    def spread(self) -> bool:
        """Whether all values have the same width; else the axis is linear in amplitude."""
        return self._spread

    def set_spread(self, on: bool) -> None:
        """Space the axis as mu-law does, or linearly."""
        self._spread = on
        self._columns = self._columns[:0]
        self.redraw()

    @property
    def drawn(self) -> float | None:
        """The amplitude that is marked as drawn."""
        return None if self._code is None else float(DECODED[self._code])

    def show_distribution(self, before: NDArray[np.float64], after: NDArray[np.float64], code: int) -> None:
        """Draw probabilities [256] before and after shaping, and the mu-law ``code`` that was drawn."""
        self._before, self._after, self._code = before, after, code
        self.set_hint("")
        self.redraw()

    def redraw(self) -> None:
        height, width = self.pixels
        if len(self._columns) != width:
            # The first value of each column of pixels: where several share one, the likeliest is shown.
            middles = (np.arange(width) + 0.5) / width * 2.0 - 1.0
            starts = np.searchsorted(edges(spread=self._spread), middles, side="right") - 1
            self._columns = np.clip(starts, 0, LEVELS - 1)
        ground = round(self._row(0.0))
        picture = np.zeros((height, width), dtype=np.uint8)
        for share in SHARES:
            picture[round(self._row(share))] = LINE
        for tick in self._ticks():
            picture[round(self._row(1.0)) : ground, min(width - 1, int(self._x(tick) * width))] = LINE
        picture[ground] = LINE
        if self._code is not None:
            before, after = self._tops(self._before), self._tops(self._after)
            fill = FILL + np.clip((ground - np.arange(height)) * SHADES // max(1, ground), 0, SHADES - 1)
            floor = np.full(width, ground - 1, dtype=np.int16)
            np.copyto(picture, BEFORE, where=outline(height, before))
            np.copyto(picture, fill.astype(np.uint8)[:, None], where=between(height, after, floor))
            np.copyto(picture, EDGE, where=outline(height, after))
            x = min(width - 1, int(self._x(float(DECODED[self._code])) * width))
            picture[: ground + 1, x : x + max(1, round(self.scale_factor))] = DRAWN
        self.present(picture)

    def decorate(self, painter: QPainter) -> None:
        width, height = self.width(), self.height()
        scale = self.scale_factor
        above = -LABEL_LINE
        for share in reversed(SHARES):
            y = self._row(share) / scale - 1.0
            if y - above >= LABEL_LINE:
                self.label(painter, f"{share:.0%}", 4.0, y)
                above = y
        free = 0.0
        for tick in self._ticks():
            text = f"{tick:g}".replace("-", "−")
            half = label_width(text) / 2.0
            x = min(max(self._x(tick) * width - half, 4.0), width - 2.0 * half - 4.0)
            if x >= free:
                self.label(painter, text, x, height - 1.0)
                free = x + 2.0 * half + 6.0
        if self._code is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.marked))
            x = self._x(float(DECODED[self._code])) * width
            painter.drawEllipse(QPointF(x + 0.5, self._row(float(self._after[self._code])) / scale), 4.0, 4.0)

    def colours(self, theme: Theme) -> list[int]:
        plain = [
            QColor(theme.surface),
            QColor(theme.line),
            mix(theme.surface, theme.muted, 0.65),
            QColor(theme.marked),
            QColor(theme.second),
        ]
        fill = [
            mix(theme.surface, theme.second, 0.28 + 0.4 * shade / (SHADES - 1)) for shade in range(SHADES)
        ]
        return [colour.rgba() for colour in (*plain, *fill)]

    def _ticks(self) -> tuple[float, ...]:
        return SPREAD_TICKS if self._spread else LINEAR_TICKS

    def _x(self, amplitude: float) -> float:
        """0…1 from left to right."""
        return (place(amplitude, spread=self._spread) + 1.0) / 2.0

    def _row(self, probability: float) -> float:
        """The row of pixels of a probability."""
        room = self.height() - HEAD - FOOT
        return (HEAD + room * (1.0 - math.sqrt(probability))) * self.scale_factor

    def _tops(self, probabilities: NDArray[np.float64]) -> NDArray[np.int16]:
        heights = np.maximum.reduceat(probabilities, self._columns)
        top, ground = self._row(1.0), self._row(0.0)
        return np.rint(ground - (ground - top) * np.sqrt(heights)).astype(np.int16)
