"""What the model expects next: the probability of all 256 values, before and after shaping.

Amplitudes go upwards, as in the heat map beside it; lengths are square roots of probabilities: fixed from 0
to 1, and still readable at one per cent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.amplitudes import first_codes, row_of
from app.plots.base import StillPlot
from app.plots.raster import between, outline
from engine.wavenet.mulaw import DECODED, LEVELS

SHARES = (0.05, 0.2, 0.5, 1.0)
SHADES = 12
GROUND, LINE, BEFORE, DRAWN, EDGE, FILL = 0, 1, 2, 3, 4, 5


class DistributionPlot(StillPlot):
    """Faint: what the model says. Strong: after temperature and nucleus. The line: what was drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Distribution of the next sample")
        self.setToolTip(
            "The odds of the next sample: grey as the model says, coloured as it is drawn from.\n"
            "The line is the value that was drawn. Bars to the right are square roots."
        )
        self._spread = True
        self._before = self._after = np.zeros(LEVELS)
        self._code: int | None = None
        self._codes: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.set_theme(DARK)

    @property
    def spread(self) -> bool:
        """Whether all values have the same width; else the axis is even in amplitude."""
        return self._spread

    def set_spread(self, on: bool) -> None:
        """Space the axis as mu-law does, or evenly."""
        self._spread = on
        self._codes = self._codes[:0]
        self.redraw()

    @property
    def drawn(self) -> float | None:
        """The amplitude that is marked as drawn."""
        return None if self._code is None else float(DECODED[self._code])

    def show_distribution(self, before: NDArray[np.float64], after: NDArray[np.float64], code: int) -> None:
        """Draw probabilities [256] before and after shaping, and the mu-law ``code`` that was drawn."""
        self._before, self._after, self._code = before, after, code
        self.redraw()

    def clear(self) -> None:
        """Show that nothing is drawn just now."""
        if self._code is not None:
            self._code = None
            self.redraw()

    def redraw(self) -> None:
        height, width = self.pixels
        if len(self._codes) != height:
            self._codes = first_codes(height, spread=self._spread)
        # Drawn lying on its side, then set up: [width, height].
        picture = np.zeros((width, height), dtype=np.uint8)
        for share in SHARES[:-1]:
            picture[self._length(share, width)] = LINE
        picture[0] = LINE
        if self._code is not None:
            before, after = self._tops(self._before, width), self._tops(self._after, width)
            fill = (FILL + np.arange(width) * SHADES // width).astype(np.uint8)
            picture[outline(width, before)] = BEFORE
            floor = np.zeros(height, dtype=np.int16)
            np.copyto(picture, fill[:, None], where=between(width, floor, after) & (after > 0))
            picture[outline(width, after) & (after > 0)] = EDGE
            thick = max(1, round(self.scale_factor))
            row = round(row_of(float(DECODED[self._code]), height, spread=self._spread))
            row = min(max(0, row - thick // 2), height - thick)
            picture[:, row : row + thick] = DRAWN
        self.present(np.ascontiguousarray(picture.T))

    def decorate(self, painter: QPainter) -> None:
        for share in SHARES[1:-1]:
            x = self._length(share, self.width())
            self.label(painter, f"{share:.0%}", x + 2.0, self.height() - 2.0)

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

    def _length(self, probability: float, width: int) -> int:
        """Pixels or points from the left that a probability reaches."""
        return round((width - 1) * float(np.sqrt(probability)))

    def _tops(self, probabilities: NDArray[np.float64], width: int) -> NDArray[np.int16]:
        """[height]: how far each row reaches. Where several values share a row, the likeliest is shown."""
        largest: NDArray[np.float64] = np.maximum.reduceat(probabilities, self._codes)[::-1]
        tops: NDArray[np.int16] = np.rint((width - 1) * np.sqrt(largest)).astype(np.int16)
        return tops
