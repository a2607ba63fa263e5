"""Notes as bars: the higher the pitch the higher they lie, as bright as they are loud; drums as ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.look.colours import mix
from app.plots.axis import View

Notes = NDArray[np.float32]
"""[n, 6]: start and length in seconds, pitch, velocity, program, 1 for drums."""
NONE: Notes = np.empty((0, 6), np.float32)
DRUMS = 9.0
"""Points at the bottom for drums, where there are any."""
FEWEST_KEYS = 18
"""A narrow tune is not blown up to fill the picture."""
THINNEST, THICKEST = 2.0, 7.0
MIDDLE = 60
"""The pitch around which an empty picture lies."""


@dataclass(frozen=True)
class Bars:
    """Where notes lie in a picture, and on what ground."""

    view: View
    size: QSize
    low: int
    high: int
    """Lowest and highest pitch."""
    drums: bool
    """Whether there is room for drums."""
    surface: str

    def paint(self, painter: QPainter, notes: Notes, colours: Sequence[str]) -> None:
        """Draw notes that are no drums, those of the n-th program in the n-th of ``colours``, and so on."""
        row = (self.size.height() - 2.0 - DRUMS * self.drums) / (self.high - self.low + 1)
        thick = min(max(row, THINNEST), THICKEST)
        points = self.size.width() / self.view.span_s
        shades: dict[tuple[float, float], QColor] = {}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for start, length, pitch, velocity, program, _ in notes.tolist():
            if (velocity, program) not in shades:
                loud = 0.55 + 0.45 * velocity / 127.0
                shades[velocity, program] = mix(self.surface, colours[int(program) % len(colours)], loud)
            painter.setBrush(shades[velocity, program])
            width = max(THINNEST, length * points - 1.0)
            bar = QRectF(self.x(start), (self.high - pitch + 0.5) * row - thick / 2.0, width, thick)
            if width > THINNEST:
                round_off = min(thick, width, 5.0) / 2.0
                painter.drawRoundedRect(bar, round_off, round_off)
            else:
                painter.drawRect(bar)

    def paint_drums(self, painter: QPainter, notes: Notes, colour: QColor) -> None:
        """Draw drums."""
        bottom = self.size.height() - 2.0
        for start, _, _, velocity, _, _ in notes.tolist():
            high = (DRUMS - 3.0) * (0.4 + 0.6 * velocity / 127.0)
            painter.fillRect(QRectF(self.x(start), bottom - high, 1.5, high), colour)

    def x(self, seconds: float) -> float:
        """Where a time lies, in points from the left."""
        return self.view.x(seconds, self.size.width())

    def seen(self, notes: Notes) -> Notes:
        """Those of ``notes`` that are seen."""
        first, last = self.view.start_s, self.view.start_s + self.view.span_s
        found: Notes = notes[(notes[:, 0] + notes[:, 1] >= first) & (notes[:, 0] <= last)]
        return found

    def canvas(self, scale: float) -> QPixmap:
        """An empty picture at ``scale`` pixels a point."""
        picture = QPixmap(round(self.size.width() * scale), round(self.size.height() * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        return picture


def pitch_range(notes: Notes) -> tuple[int, int]:
    """Lowest and highest pitch of a picture of notes that are no drums."""
    pitches = notes[:, 2]
    low, high = (int(pitches.min()), int(pitches.max())) if len(pitches) else (MIDDLE, MIDDLE)
    spare = max(0, FEWEST_KEYS - (high - low + 1))
    return low - spare // 2, high + (spare + 1) // 2
