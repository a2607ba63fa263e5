"""Where a plot's picture is painted: a pyqtgraph view that nobody drags.

pyqtgraph takes as long to import as the whole of Qt, so that only ``StillPlot`` imports this, once the window
has been painted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QWidget

from app.plots.raster import Indices


class Canvas(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """A view without axes, menus, mouse zoom or automatic ranges; what the mouse does is its parent's."""

    def __init__(self, parent: QWidget, decorate: Callable[[QPainter], None]) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.disableAutoRange()
        # The picture covers everything, so nothing under it need be painted.
        self.setBackground(None)
        self.setBackgroundRole(QPalette.ColorRole.NoRole)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.0), padding=0)
        self.plotItem.layout.setContentsMargins(0, 0, 0, 0)
        self._raster = Raster(decorate)
        self.addItem(self._raster, ignoreBounds=True)

    def present(self, picture: Indices | None, colours: Sequence[int], scale: float) -> None:
        """Show [height, width] colour numbers at ``scale`` pixels a point, or nothing, at once.

        ``colours``: 0xAARRGGBB of each number.
        """
        self._raster.show_picture(picture, colours, scale)
        self.viewport().update()  # through the scene it would be painted a turn later


class Raster(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Fills the view with one indexed picture; ``decorate`` paints on it, in points from the top left."""

    def __init__(self, decorate: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._decorate = decorate
        self._picture: QImage | None = None
        self._held: Indices | None = None

    def show_picture(self, picture: Indices | None, colours: Sequence[int], scale: float) -> None:
        """See ``Canvas.present``."""
        if picture is None:
            self._picture = self._held = None
            return
        height, width = picture.shape
        # QImage reads our memory and wants lines of whole 32-bit words.
        held = np.zeros((height, -(-width // 4) * 4), dtype=np.uint8)
        held[:, :width] = picture
        image = QImage(held.data, width, height, held.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(list(colours))
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
