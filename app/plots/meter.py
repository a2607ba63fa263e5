"""The level meter: peak and RMS in dB below full scale, and a clip light that stays on until clicked."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colours import DARK, Theme, mix
from app.look.theme import ui_font

FLOOR_DB = -60.0
TICKS_DB = (-48, -36, -24, -12, 0)
HOLD_FRAMES = 30
FALL_DB = 1.5
"""Per frame: about 45 dB a second at 30 frames."""
LIGHT = 11.0
SCALE_TOP = 20
"""Points above the scale, in which all is that moves."""


class LevelMeter(QWidget):
    """A horizontal bar; ``reset_asked`` when the user clears the clip light."""

    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peak = self._rms = self._hold = FLOOR_DB
        self._held = 0
        self._clipped = False
        self._theme = DARK
        self._font = ui_font(7.5)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(
            "Level in dB: bright is the average, faint the peak.\nRed after clipping; a click clears it."
        )
        self.setAccessibleName("Level meter")
        self.describe()

    @property
    def clipped(self) -> bool:
        """Whether the clip light is on."""
        return self._clipped

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_level(self, peak_db: float, rms_db: float, clipped: bool) -> None:
        """One reading, dBFS. The bars rise at once and fall slowly; the peak's line holds for a second."""
        peak, rms = max(FLOOR_DB, min(peak_db, 0.0)), max(FLOOR_DB, min(rms_db, 0.0))
        before = (self._peak, self._rms, self._hold, self._clipped)
        self._peak = max(peak, self._peak - FALL_DB)
        self._rms = max(rms, self._rms - FALL_DB)
        self._held += 1
        if peak >= self._hold:
            self._hold, self._held = peak, 0
        elif self._held > HOLD_FRAMES:
            self._hold = max(self._peak, self._hold - FALL_DB)
        self._clipped = clipped
        if before != (self._peak, self._rms, self._hold, self._clipped):
            self.update(0, 0, self.width(), SCALE_TOP)

    def describe(self) -> None:
        """Tell a screen reader the present reading."""
        level = (
            "silent" if self._peak <= FLOOR_DB else f"peak {self._peak:.0f} dB, average {self._rms:.0f} dB"
        )
        self.setAccessibleDescription(level + (", clipped" if self._clipped else ""))

    def sizeHint(self) -> QSize:
        return QSize(220, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 34)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.reset_asked.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.window))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = self.width() - LIGHT - 8.0
        bar = QRectF(0.0, 7.0, width, 9.0)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(bar, 3.0, 3.0)
        for level, strength in ((self._peak, 0.45), (self._rms, 1.0)):
            if level > FLOOR_DB:
                painter.setBrush(gradient(theme, width, strength))
                painter.drawRoundedRect(QRectF(0.0, 7.0, self._x(level, width), 9.0), 3.0, 3.0)
        if self._hold > FLOOR_DB:
            painter.setBrush(QColor(theme.text))
            painter.drawRect(QRectF(self._x(self._hold, width) - 1.0, 6.0, 2.0, 11.0))
        painter.setBrush(QColor(theme.danger if self._clipped else theme.hover))
        painter.drawEllipse(QPointF(self.width() - LIGHT / 2.0 - 1.0, 11.5), LIGHT / 2.0, LIGHT / 2.0)
        if event.rect().bottom() >= SCALE_TOP:
            self._paint_scale(painter, width)
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(0.5, 2.5, self.width() - 1.0, 18.0), 4.0, 4.0)
        painter.end()

    def _paint_scale(self, painter: QPainter, width: float) -> None:
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(self._font)
        metrics = painter.fontMetrics()
        free = width
        for tick in reversed(TICKS_DB):
            text = f"{tick}".replace("-", "−")
            half = metrics.horizontalAdvance(text) / 2.0
            x = min(max(self._x(float(tick), width) - half, 0.0), width - 2.0 * half)
            if x + 2.0 * half + 4.0 < free or tick == 0:
                painter.drawText(QPointF(x, 30.0), text)
                free = x

    def _x(self, level: float, width: float) -> float:
        return width * (1.0 - level / FLOOR_DB)


@lru_cache(maxsize=8)
def gradient(theme: Theme, width: float, strength: float) -> QLinearGradient:
    """The colours of a bar of this width, from left to right."""
    colours = QLinearGradient(0.0, 0.0, width, 0.0)
    for place, colour in (
        (0.0, theme.accent),
        (0.75, theme.accent),
        (0.88, theme.warning),
        (1.0, theme.danger),
    ):
        colours.setColorAt(place, mix(theme.hover, colour, strength))
    return colours
