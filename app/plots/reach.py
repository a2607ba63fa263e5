"""How far back a moment hears, drawn over the wave: higher where it hangs more on what was there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.plots.base import label_width

if TYPE_CHECKING:
    from app.plots.time_plot import TimePlot

DECADES = 3.0
"""So many powers of ten below the most that is drawn, nothing is seen."""
WITH_WORDS = 48
"""Points of height from which on words may lie over the curve."""
TALLEST = 0.85
"""Of the height."""


@dataclass(frozen=True)
class ReachPicture:
    """What a moment was made of."""

    at_s: float
    sample_rate: int
    sizes: NDArray[np.float64]
    """[k] ≥ 0: how much it hangs on each sample before it, from the last one back."""

    @property
    def words(self) -> str:
        """What is said of it."""
        half, nearly = (_time(self.holding(share) / self.sample_rate) for share in (0.5, 0.99))
        return f"Half of this sample comes from the last {half}, 99 % from {nearly}"

    def holding(self, share: float) -> int:
        """Samples of the past that hold so much, 0…1, of all; 0 where it hangs on nothing."""
        total = np.cumsum(self.sizes)
        return 1 + int(np.searchsorted(total, share * total[-1])) if total[-1] > 0.0 else 0


def heights(picture: ReachPicture, edges_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n], 0…1: of the most in each of n columns between ``edges_s`` [n + 1], on a logarithmic scale."""
    sizes, k = picture.sizes[::-1], len(picture.sizes)  # in order of time
    first_s = picture.at_s - k / picture.sample_rate
    places = np.clip(np.ceil((edges_s - first_s) * picture.sample_rate - 1e-6), 0, k).astype(np.int64)
    found = np.zeros(len(edges_s) - 1)
    there = np.flatnonzero(places[1:] > places[:-1])
    if len(there):
        found[there] = np.maximum.reduceat(sizes, places[there])
        # The last one of ``reduceat`` goes on to the end.
        found[there[-1]] = sizes[places[there[-1]] : places[there[-1] + 1]].max()
    with np.errstate(divide="ignore"):
        levels = 1.0 + np.log10(found / sizes.max()) / DECADES
    clipped: NDArray[np.float64] = np.clip(levels, 0.0, 1.0)
    return clipped


def draw_reach(plot: TimePlot, painter: QPainter, picture: ReachPicture) -> None:
    """A filled curve from the foot up, and what it says in words."""
    if not picture.sizes.any():
        return
    width, height, view = plot.width(), plot.height(), plot.axis.view
    levels = heights(picture, view.edges(0, width, width))
    drawn = np.flatnonzero(levels)
    if not len(drawn):
        return
    x = np.arange(drawn[0], drawn[-1] + 1)
    y = height * (1.0 - TALLEST * levels[x])
    points = [QPointF(*point) for point in zip((x + 0.5).tolist(), y.tolist(), strict=True)]
    line, fill = QColor(plot.theme.second), QColor(plot.theme.second)
    fill.setAlphaF(0.35)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, 1.2))
    painter.setBrush(fill)
    foot = [QPointF(float(x[-1]) + 0.5, height), QPointF(float(x[0]) + 0.5, height)]
    painter.drawPolygon(QPolygonF([*points, *foot]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    wide, at = label_width(picture.words), view.x(picture.at_s, width)
    if height >= WITH_WORDS:
        left = min(max(4.0, at - wide - 8.0), max(4.0, width - wide - 6.0))
    elif at + wide + 12.0 <= width:
        left = at + 6.0  # beside the curve, which has no room to spare
    else:
        return
    plot.note(painter, picture.words, left, 13.0)


def _time(seconds: float) -> str:
    digits = 0 if seconds >= 0.00995 else 1
    return f"{seconds:.1f} s" if seconds >= 0.9995 else f"{seconds * 1000.0:.{digits}f} ms"
