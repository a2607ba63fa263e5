"""Pictures made of columns, drawn by numpy and shown in one go: what keeps a frame of a plot cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

Indices = NDArray[np.uint8]
"""[height, width]: a colour number for each pixel of the screen, 0 for the ground."""


def between(height: int, top: NDArray[np.int16], bottom: NDArray[np.int16]) -> NDArray[np.bool_]:
    """[height, width]: True from row ``top`` to row ``bottom`` [width], both included, in each column."""
    rows = np.arange(height, dtype=np.int16)[:, None]
    inside: NDArray[np.bool_] = (rows >= top) & (rows <= bottom)
    return inside


def outline(height: int, level: NDArray[np.int16]) -> NDArray[np.bool_]:
    """[height, width]: a line through row ``level`` [width], without gaps between neighbouring columns."""
    before = np.concatenate([level[:1], level[:-1]])
    return between(height, np.minimum(level, before), np.maximum(level, before))


class Raster(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Fills the view with one indexed picture; ``decorate`` paints on it, in points from the top left."""

    def __init__(self, decorate: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._decorate = decorate
        self._picture: QImage | None = None
        self._held: Indices | None = None
        self._colours: list[int] = [0]

    def set_colours(self, colours: Sequence[int]) -> None:
        """0xAARRGGBB of each colour number."""
        self._colours = list(colours)
        if self._picture is not None:
            self._picture.setColorTable(self._colours)

    def show_picture(self, picture: Indices | None, scale: float = 1.0) -> None:
        """Show [height, width] colour numbers at ``scale`` pixels a point; None for nothing.

        The view has to be updated by the caller: through the scene it would be painted a turn later.
        """
        if picture is None:
            self._picture = self._held = None
        else:
            height, width = picture.shape
            # QImage reads our memory and wants lines of whole 32-bit words.
            held = np.zeros((height, -(-width // 4) * 4), dtype=np.uint8)
            held[:, :width] = picture
            image = QImage(held.data, width, height, held.shape[1], QImage.Format.Format_Indexed8)
            image.setColorTable(self._colours)
            image.setDevicePixelRatio(scale)
            self._picture, self._held = image, held

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return box.viewRect() if box else QRectF()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        painter.save()
        painter.resetTransform()
        if self._picture is not None:
            painter.drawImage(QPointF(0.0, 0.0), self._picture)
        self._decorate(painter)
        painter.restore()
