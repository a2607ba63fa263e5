"""The score that is played: its notes as bars from left to right, drums below, a line where it sounds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colours import DARK, Theme, mix
from app.look.theme import ui_font
from app.look.time_text import format_time
from app.plots.axis import TimeAxis

FOOT = 14.0
"""Points under the notes, for the times."""
DRUMS = 9.0
"""Points at the bottom of the notes for drums, where there are any."""
FEWEST_KEYS = 18
"""A narrow tune is not blown up to fill the picture."""
THINNEST, THICKEST = 2.0, 7.0
STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
LABEL_ROOM = 64.0
"""Points between two lines of the time grid, at least."""
FAINT = 0.38
MOST_ROUNDS = 50
"""A piece that repeats is drawn so often at most: beyond that it is a blur."""


class PianoRoll(QWidget):
    """What has sounded is bright, what is to come faint; all is bright while nothing plays."""

    clicked = Signal(float)
    """Seconds at which the user clicked."""

    def __init__(self, axis: TimeAxis | None = None, parent: QWidget | None = None) -> None:
        """Without an ``axis`` all notes are seen from edge to edge."""
        super().__init__(parent)
        self._axis = axis
        self._repeats = self._goes_on = False
        if axis is not None:
            axis.changed.connect(self._moved)
        self._notes: NDArray[np.float32] = np.empty((0, 6), np.float32)
        self._seconds = 0.0
        self._time_s: float | None = None
        self._theme = DARK
        self._pictures: tuple[QPixmap, QPixmap] | None = None
        self._font = ui_font(8.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(36)
        self.setAccessibleName("Piano roll")
        self.setToolTip("The notes of the score, high ones above, drums at the bottom")

    @property
    def playhead(self) -> float | None:
        """Where the line stands, in points from the left; None where there is none."""
        if self._time_s is None or not (0.0 <= self._time_s <= self._seconds or self._goes_on):
            return None
        return self._x(self._time_s)

    def set_theme(self, theme: Theme) -> None:
        self._theme, self._pictures = theme, None
        self.update()

    def show_notes(self, notes: NDArray[np.float32], *, repeats: bool = False) -> None:
        """Notes [n, 6]: start and length in seconds, pitch, velocity, program, 1 for drums; may be none.

        ``repeats``: whether they begin again when they have ended, on an axis that goes on.
        """
        self._notes, self._repeats = notes, repeats and self._axis is not None
        self._seconds = float((notes[:, 0] + notes[:, 1]).max()) if len(notes) else 0.0
        self._time_s, self._pictures = None, None
        self.setAccessibleDescription(f"{len(notes)} notes in {self._seconds:.0f} seconds")
        self.update()

    def show_time(self, seconds: float | None, *, repeats: bool = False) -> None:
        """Move the line; None for no line. Nothing is painted where it would not move by a pixel.

        ``repeats``: whether what sounds begins again once the notes have ended.
        """
        before, was = self.playhead, self._time_s
        self._goes_on = repeats and self._axis is not None
        around = repeats and self._axis is None and seconds is not None and self._seconds > 0.0
        self._time_s = seconds % self._seconds if around and seconds is not None else seconds
        now = self.playhead
        if (was is None) != (seconds is None) or (before is None) != (now is None):
            self.update()
        elif before is not None and now is not None and int(before) != int(now):
            left, right = sorted((before, now))
            self.update(int(left) - 2, 0, int(right - left) + 5, self.height())

    def sizeHint(self) -> QSize:
        return QSize(400, 72)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pictures = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._notes):
            return
        if self._pictures is None or self._pictures[0].devicePixelRatio() != self.devicePixelRatioF():
            self._pictures = self._draw(1.0), self._draw(FAINT)
        bright, faint = self._pictures
        painter = QPainter(self)
        line = self.playhead
        if line is None:
            painter.drawPixmap(0, 0, bright)
        else:
            edge, height = round(line), self.height()
            for picture, left, right in ((bright, 0, edge), (faint, edge, self.width())):
                painter.setClipRect(left, 0, right - left, height)
                painter.drawPixmap(0, 0, picture)
            painter.setClipping(False)
            painter.fillRect(
                QRectF(min(line, self.width() - 1.5), 0.0, 1.5, self.height() - self._foot),
                QColor(self._theme.marked),
            )
        painter.end()

    @Slot()
    def _moved(self) -> None:
        self._pictures = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._axis is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(max(0.0, self._axis.view.seconds(event.position().x(), self.width())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._axis is not None and turned:
            at = self._axis.view.seconds(event.position().x(), self.width())
            self._axis.zoom(1.25 ** (-turned / 120.0), at)
        event.accept()

    def _seen(self) -> NDArray[np.float32]:
        """The notes of what is seen; those of a piece that repeats come again and again."""
        if self._axis is None or not self._seconds:
            return self._notes
        view = self._axis.view
        first = int(max(0.0, view.start_s) // self._seconds) if self._repeats else 0
        last = int((view.start_s + view.span_s) // self._seconds) if self._repeats else 0
        shifts = range(first, min(last, first + MOST_ROUNDS) + 1)
        notes: NDArray[np.float32] = np.concatenate([self._notes + _later(n * self._seconds) for n in shifts])
        inside = (notes[:, 0] + notes[:, 1] >= view.start_s) & (notes[:, 0] <= view.start_s + view.span_s)
        seen: NDArray[np.float32] = notes[inside]
        return seen

    def _draw(self, strength: float) -> QPixmap:
        scale = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * scale), round(self.height() * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._axis is None:
            self._draw_grid(painter)
        notes = self._seen()
        drums = notes[:, 5] > 0.5
        bottom = self.height() - self._foot - 2.0
        if (self._notes[:, 5] > 0.5).any():
            self._draw_drums(painter, notes[drums], bottom, strength)
            bottom -= DRUMS
        self._draw_keys(painter, notes[~drums], bottom, strength)
        painter.end()
        return picture

    def _draw_grid(self, painter: QPainter) -> None:
        step = next((s for s in STEPS_S if s * self._x_per_s >= LABEL_ROOM), STEPS_S[-1])
        painter.setFont(self._font)
        for number in range(math.floor(self._seconds / step) + 1):
            x = number * step * self._x_per_s
            painter.fillRect(QRectF(round(x), 0.0, 1.0, self.height() - self._foot), QColor(self._theme.line))
            if x < self.width() - 36.0:
                painter.setPen(QColor(self._theme.muted))
                painter.drawText(QPointF(x + 1.0, self.height() - 3.0), format_time(number * step))

    def _draw_keys(
        self, painter: QPainter, notes: NDArray[np.float32], bottom: float, strength: float
    ) -> None:
        if not len(notes):
            return
        theme = self._theme
        keys = self._notes[self._notes[:, 5] <= 0.5]  # of all notes: rows must not move with the view
        low, high = int(keys[:, 2].min()), int(keys[:, 2].max())
        spare = max(0, FEWEST_KEYS - (high - low + 1))
        low, high = low - spare // 2, high + (spare + 1) // 2
        row = bottom / (high - low + 1)
        thick = min(max(row, THINNEST), THICKEST)
        programs = sorted(set(keys[:, 4].tolist()))
        painter.setPen(Qt.PenStyle.NoPen)
        for start, length, pitch, velocity, program, _ in notes.tolist():
            colour = (theme.accent, theme.second)[programs.index(program) % 2]
            loud = 0.55 + 0.45 * velocity / 127.0
            painter.setBrush(mix(theme.surface, colour, loud * strength))
            x, width = self._x(start), max(THINNEST, length * self._x_per_s - 1.0)
            bar = QRectF(x, (high - pitch + 0.5) * row - thick / 2.0, width, thick)
            round_off = min(thick, width) / 2.0 if width > THINNEST else 0.0
            painter.drawRoundedRect(bar, min(round_off, 2.5), min(round_off, 2.5))

    def _draw_drums(
        self, painter: QPainter, notes: NDArray[np.float32], bottom: float, strength: float
    ) -> None:
        for start, _, _, velocity, _, _ in notes.tolist():
            high = (DRUMS - 3.0) * (0.4 + 0.6 * velocity / 127.0)
            colour = mix(self._theme.surface, self._theme.muted, 0.4 + 0.6 * strength)
            painter.fillRect(QRectF(self._x(start), bottom - high, 1.5, high), colour)

    def _x(self, seconds: float) -> float:
        """Where a time lies, in points."""
        if self._axis is not None:
            return self._axis.view.x(seconds, self.width())
        return seconds / self._seconds * self.width()

    @property
    def _x_per_s(self) -> float:
        return self.width() / (self._axis.view.span_s if self._axis is not None else self._seconds)

    @property
    def _foot(self) -> float:
        """Points under the notes: times of its own stand there only where nothing else shows them."""
        return FOOT if self._axis is None else 0.0


def _later(seconds: float) -> NDArray[np.float32]:
    """[6]: what moves a note by so much."""
    return np.array([seconds, 0, 0, 0, 0, 0], np.float32)
