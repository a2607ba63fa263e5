"""Where a plot's picture is painted: a pyqtgraph view that nobody drags.

pyqtgraph takes as long to import as the whole of Qt, so that only ``StillPlot`` imports this, once the window
has been painted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.plots.raster import Indices


class Canvas(pg.GraphicsView):  # type: ignore[misc] # pyqtgraph has no types
    """A view of one picture, opaque; what the mouse does is its parent's.

    A whole plot of pyqtgraph's makes axes and menus that this one would hide: 80 ms of the window's thread.
    """

    def __init__(self, parent: QWidget, decorate: Callable[[QPainter], None]) -> None:
        super().__init__(parent, background=None)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # The picture covers everything, so nothing under it need be painted.
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._raster = Raster(decorate)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """No scene has to fit: see ``paintEvent``."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture covers everything: asking the scene what to paint takes as long as painting it."""
        painter = QPainter(self.viewport())
        painter.setClipRect(event.rect())  # so that what decorates can ask what is painted
        self._raster.paint(painter, self.size())
        painter.end()

    def present(
        self,
        picture: Indices | None,
        colours: NDArray[np.uint32],
        scale: float,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Show [height, width] colour numbers at ``scale`` pixels a point, or nothing, at once.

        ``colours``: 0xAARRGGBB of each number. Only the columns ``first`` to ``last`` are new, where the
        picture is as large as the one before.
        """
        whole = self._raster.show_picture(picture, colours, scale, first, last)
        if whole or last is None:
            self.viewport().update()  # through the scene it would be painted a turn later
        else:
            self.touch(first / scale, last / scale)

    def touch(self, left: float, right: float) -> None:
        """Have what lies between two places painted again, in points."""
        self.viewport().update(int(left) - 1, 0, int(right - left) + 4, self.height())


class Raster:
    """Fills the view with one picture; ``decorate`` paints on it, in points from the top left."""

    def __init__(self, decorate: Callable[[QPainter], None]) -> None:
        self._decorate = decorate
        self._picture: QImage | None = None
        self._held: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)

    def show_picture(
        self,
        picture: Indices | None,
        colours: NDArray[np.uint32],
        scale: float,
        first: int,
        last: int | None,
    ) -> bool:
        """See ``Canvas.present``; returns whether all of it is new."""
        if picture is None:
            self._picture = None
            return True
        whole = self._picture is None or self._held.shape != picture.shape or last is None
        if whole:
            height, width = picture.shape
            self._held = np.zeros((height, width), np.uint32)
            # QImage reads our memory: what is written there is what is painted next.
            self._picture = QImage(self._held.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            self._picture.setDevicePixelRatio(scale)
            first, last = 0, width
        self._held[:, first:last] = np.take(colours, picture[:, first:last])
        return whole

    def paint(self, painter: QPainter, size: QSize) -> None:
        """The picture, stretched if it was drawn for another ``size``, and on it what ``decorate`` adds."""
        painter.save()
        if self._picture is not None:
            drawn = self._picture.deviceIndependentSize()
            if abs(drawn.width() - size.width()) < 1.0 and abs(drawn.height() - size.height()) < 1.0:
                painter.drawImage(QPointF(0.0, 0.0), self._picture)
            else:
                painter.drawImage(QRectF(QPointF(0.0, 0.0), size.toSizeF()), self._picture)
        self._decorate(painter)
        painter.restore()
