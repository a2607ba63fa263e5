"""What both plots share: a pyqtgraph view of one picture that nobody drags; a line of text while empty."""

from __future__ import annotations

from functools import lru_cache

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.look.colours import DARK, Theme
from app.look.theme import ui_font
from app.plots.raster import Indices, Raster

LABEL_SIZE = 8.0


class StillPlot(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """A plot without axes, menus, mouse zoom or automatic ranges; subclasses draw it as one picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.setFrameShape(QFrame.Shape.NoFrame)
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
        self.setMinimumHeight(48)
        self.plotItem.layout.setContentsMargins(0, 0, 0, 0)
        self.raster = Raster(self.decorate)
        self.addItem(self.raster, ignoreBounds=True)
        self._overlay = QLabel(self)
        self._overlay.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._overlay.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._overlay.setFont(ui_font(11.0))
        self._overlay.hide()

    def decorate(self, painter: QPainter) -> None:
        """Paint labels and the like over the picture, in points."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Make the picture anew, after a change of size or theme."""
        raise NotImplementedError

    def colours(self, theme: Theme) -> list[int]:
        """0xAARRGGBB of the picture's colour numbers."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Colours of everything."""
        self.theme = theme
        self._overlay.setStyleSheet(f"color: {theme.muted};")
        self.raster.set_colours(self.colours(theme))
        self.redraw()

    @property
    def pixels(self) -> tuple[int, int]:
        """(height, width) of the view in pixels of the screen."""
        scale = self.scale_factor
        viewport = self.viewport()
        return max(1, round(viewport.height() * scale)), max(2, round(viewport.width() * scale))

    @property
    def scale_factor(self) -> float:
        """Pixels of the screen in a point."""
        return float(self.devicePixelRatioF())

    def present(self, picture: Indices | None) -> None:
        """Show a picture of ``pixels``."""
        self.raster.show_picture(picture, self.scale_factor)
        self.viewport().update()

    def set_hint(self, text: str) -> None:
        """A line in the middle of the plot; empty for none."""
        if text != self._overlay.text():
            self._overlay.setText(text)
            self._overlay.setVisible(bool(text))

    @property
    def hint(self) -> str:
        """The line shown."""
        return self._overlay.text()

    def label(self, painter: QPainter, text: str, x: float, y: float) -> None:
        """Write a small label whose left end and base line are at (x, y)."""
        image = label_picture(text, self.theme.muted, self.scale_factor)
        painter.drawPixmap(round(x), round(y - image.deviceIndependentSize().height()), image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_overlay"):
            self._overlay.setGeometry(self.rect())
            self.redraw()


@lru_cache(maxsize=256)
def label_picture(text: str, colour: str, scale: float) -> QPixmap:
    """A label, set once: running times come again and again."""
    metrics = QFontMetricsF(ui_font(LABEL_SIZE))
    width, height = metrics.horizontalAdvance(text) + 2.0, metrics.height()
    result = QPixmap(round(width * scale), round(height * scale))
    result.setDevicePixelRatio(scale)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setFont(ui_font(LABEL_SIZE))
    painter.setPen(QColor(colour))
    painter.drawText(0, round(metrics.ascent()), text)
    painter.end()
    return result


@lru_cache(maxsize=256)
def label_width(text: str) -> float:
    """Points that a label takes."""
    return QFontMetricsF(ui_font(LABEL_SIZE)).horizontalAdvance(text)
