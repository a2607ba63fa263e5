"""A tag with its weight: a click puts it in or out, a drag sideways weighs it, the fill shows how much."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider

from app.look.colours import DARK, Theme, mix
from app.look.theme import ui_font

STEPS = 100
"""Steps of the slider to a weight of 1."""
HEAVIEST = 2.0
"""Weight."""
HEIGHT = 26
DRAG = 4.0
"""Points that a press may wander and still be a click."""
FULL_DRAG = 120.0
"""Points that lead from 0 to the largest weight."""


class TagChip(QSlider):
    """``weighed`` carries the weight that the user gave it, 0…2."""

    weighed = Signal(float)

    def __init__(self, tag: str, default: float = 0.0) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.tag = tag
        self.default = default
        self._theme = DARK
        self._pressed: tuple[float, int] | None = None
        self._dragged = False
        self._look: tuple[object, ...] = ()
        """All that the picture depends on which was drawn last: where the window is resized it stays."""
        self._picture = QPixmap()
        self.setRange(0, round(HEAVIEST * STEPS))
        self.setSingleStep(STEPS // 20)
        self.setPageStep(STEPS // 4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(ui_font(9.0))
        self.setAccessibleName(f"{tag} weight")
        self.setToolTip(f"“{tag}”: click for 1 or 0, drag sideways for 0 to 2")
        self.setAccessibleDescription("0: not at all. 1: as learnt. 2: exaggerated. Return switches it.")
        self.valueChanged.connect(self._tell)

    @property
    def weight(self) -> float:
        """0…2."""
        return self.value() / STEPS

    def show_weight(self, weight: float) -> None:
        """Show a weight, clamped, without a signal."""
        blocked = self.blockSignals(True)
        self.setValue(round(weight * STEPS))
        self.blockSignals(blocked)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def words(self) -> str:
        """What stands on it: the tag; its weight while it is dragged, or where keys moved it off 0 and 1."""
        odd = self.hasFocus() and self.value() not in (0, STEPS)
        return f"{self.weight:.2f}" if self._dragged or odd else self.tag

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.tag) + 22, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = (event.position().x(), self.value()), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        start, value = self._pressed
        moved = event.position().x() - start
        if self._dragged or abs(moved) > DRAG:
            self._dragged = True
            self.setValue(value + round(moved / FULL_DRAG * self.maximum()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        dragged, self._dragged = self._dragged, False
        self.update()
        if pressed is not None and not dragged and self.rect().contains(event.position().toPoint()):
            self._switch()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:  # it belongs to what is scrolled
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._switch()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.setValue(round(self.default * STEPS) if self.value() == 0 else 0)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        state = (self.words, self.value(), self.underMouse(), self.hasFocus())
        look = (*state, self.width(), self._theme, self.devicePixelRatioF())
        if look != self._look:
            self._look, self._picture = look, self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _draw(self) -> QPixmap:
        theme, scale = self._theme, self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * scale), round(self.height() * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(outline, HEIGHT / 2.0 - 1.0, HEIGHT / 2.0 - 1.0)
        painter.fillPath(shape, QColor(theme.hover if self.underMouse() else theme.raised))
        used = self.value() > 0
        if used:
            painter.setClipPath(shape)
            filled = QRectF(outline)
            filled.setWidth(outline.width() * self.value() / self.maximum())
            painter.fillRect(filled, mix(theme.raised, theme.second, 0.38 if theme.dark else 0.28))
            painter.setClipping(False)
        edge = theme.accent if self.hasFocus() else (theme.second if used else theme.strong_line)
        painter.setPen(QPen(QColor(edge), 1.6 if self.hasFocus() else 1.0))
        painter.drawPath(shape)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if used or self.underMouse() else theme.muted))
        painter.drawText(outline, Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()
        return picture

    def _switch(self) -> None:
        self.setValue(0 if self.value() else STEPS)

    @Slot(int)
    def _tell(self, _value: int) -> None:
        self.update()
        self.weighed.emit(self.weight)
