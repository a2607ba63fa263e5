"""A slider for a real number: click anywhere, wheel, Shift for fine steps, double-click to reset."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.look.colours import DARK, Theme

HANDLE = 7.0
TRACK = 4.0


class Slider(QSlider):
    """Real values in [low, high] on a horizontal track; ``step`` is the finest change."""

    value_moved = Signal(float)
    """The user moved it; not sent by ``set_real``."""
    reset_asked = Signal()

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        *,
        mark: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._low, self._step, self._mark = low, step, mark
        self._theme = DARK
        self._colour: str | None = None
        self.wheel_needs_focus = False
        """True in a list that scrolls: the wheel then moves only the slider in use."""
        self.setRange(0, round((high - low) / step))
        self.setSingleStep(max(1, round((high - low) / step / 50)))
        self.setPageStep(max(1, round((high - low) / step / 10)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.valueChanged.connect(self._tell)

    @property
    def real(self) -> float:
        """The value shown."""
        return self._low + self.value() * self._step

    def set_real(self, value: float) -> None:
        """Show ``value``, clamped, without a signal."""
        blocked = self.blockSignals(True)
        self.setValue(round((value - self._low) / self._step))
        self.blockSignals(blocked)
        self.update()

    def set_mark(self, value: float | None) -> None:
        """A small tick where a reset would lead."""
        self._mark = value
        self.update()

    def set_theme(self, theme: Theme, colour: str | None = None) -> None:
        """Colours; ``colour`` replaces the accent on the filled part."""
        self._theme, self._colour = theme, colour
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(50, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setSliderDown(True)
        self._fine_from = (event.position().x(), self.value())
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.setValue(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.isSliderDown():
            return
        x = event.position().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            start, value = self._fine_from
            self.setValue(value + round((self._at(x) - self._at(start)) / 10))
            return
        self._fine_from = (x, self._at(x))
        self.setValue(self._at(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.wheel_needs_focus and not self.hasFocus():
            event.ignore()
            return
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            step = 1 if fine else self.singleStep()
            self.setValue(self.value() + (step if delta > 0 else -step))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.key() in arrows:
            self.setValue(self.value() + arrows[Qt.Key(event.key())])
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset_asked.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2.0
        left, right = HANDLE + 1.0, self.width() - HANDLE - 1.0
        x = left + (right - left) * self.value() / max(1, self.maximum())
        fill = QColor(self._colour or theme.accent) if self.isEnabled() else QColor(theme.strong_line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.strong_line if self.isEnabled() else theme.line))
        # The track ends flush with the words above it; the handle stays within.
        track = QRectF(1.0, middle - TRACK / 2, self.width() - 2.0, TRACK)
        painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
        painter.setBrush(fill)
        if self.value() < self.maximum():
            track.setRight(x)
        if self.value() > self.minimum():
            painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
        if self._mark is not None and self.maximum():
            tick = left + (right - left) * (self._mark - self._low) / (self.maximum() * self._step)
            painter.setPen(QPen(QColor(theme.muted), 1.0))
            painter.drawLine(QPointF(tick, middle + 5.5), QPointF(tick, middle + 8.5))
        ring = self.hasFocus() or self.isSliderDown()
        painter.setPen(QPen(fill if ring else QColor(theme.surface), 2.0))
        painter.setBrush(QColor(theme.text if theme.dark else theme.surface) if ring else fill)
        painter.drawEllipse(QPointF(x, middle), HANDLE - 1.0, HANDLE - 1.0)
        painter.end()

    def _at(self, x: float) -> int:
        left, right = HANDLE + 1.0, self.width() - HANDLE - 1.0
        return round((x - left) / max(1.0, right - left) * self.maximum())

    @Slot(int)
    def _tell(self, _value: int) -> None:
        self.value_moved.emit(self.real)
