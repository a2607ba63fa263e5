"""What both plots share: one picture that nobody drags; a line of text while empty."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QLabel, QWidget

from app.look.colours import DARK, Theme
from app.look.theme import ui_font
from app.look.tips import wrapped
from app.plots.raster import Indices
from app.plots.turns import Turns

if TYPE_CHECKING:
    from app.plots.canvas import Canvas

LABEL_SIZE = 8.0


class StillPlot(QWidget):
    """A plot that subclasses draw as one picture.

    It is painted by a ``Canvas``, which is made after the first time that the plot is to be seen; until then
    only the ground shows, and the line of text.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.picture: Indices | None = None
        """[height, width] of ``pixels``: what is shown, in colour numbers."""
        self._colours = np.zeros(1, np.uint32)
        self._canvas: Canvas | None = None
        self.turns = Turns(self)
        """Those of all pictures beside it, where they share them."""
        self._seen = self._due = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(48)
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
        self._colours = np.array(self.colours(theme), np.uint32)
        self.redraw()

    @property
    def pixels(self) -> tuple[int, int]:
        """(height, width) of the view in pixels of the screen."""
        scale = self.scale_factor
        return max(1, round(self.height() * scale)), max(2, round(self.width() * scale))

    @property
    def scale_factor(self) -> float:
        """Pixels of the screen in a point."""
        return float(self.devicePixelRatioF())

    def present(self, picture: Indices | None, first: int = 0, last: int | None = None) -> None:
        """Show a picture of ``pixels``, of which only the columns ``first`` to ``last`` are new."""
        self.picture = picture
        self._due &= last is not None
        if self._canvas is not None:
            self._canvas.present(picture, self._colours, self.scale_factor, first, last)

    def setToolTip(self, tip: str) -> None:
        super().setToolTip(wrapped(tip))

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
        self._overlay.setGeometry(self.rect())
        if self._canvas is not None:
            self._canvas.setGeometry(self.rect())
        self._due = True
        if self.isVisible():  # else it is drawn as it is shown
            self.turns.ask(self)

    def catch_up(self) -> None:
        """Draw what has another size than its picture."""
        if self._due:
            self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turns.leave(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._seen:  # what is painted now is seen before the canvas is there
            self._seen = True
            QTimer.singleShot(0, self, self._open_canvas)
        QPainter(self).fillRect(event.rect(), QColor(self.theme.surface))

    @Slot()
    def _open_canvas(self) -> None:
        from app.plots.canvas import Canvas

        self._canvas = Canvas(self, self.decorate)
        self._canvas.setGeometry(self.rect())
        self._canvas.lower()
        self._canvas.show()
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
