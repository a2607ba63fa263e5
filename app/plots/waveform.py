"""The sound of the last seconds: a scrolling min/max envelope, a playhead, seconds from the take's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.look.time_text import format_time
from app.plots.base import StillPlot
from app.plots.raster import between

SPAN_S = 8.0
SPAN_CHOICES_S = (1.0, 2.0, 4.0, 8.0)
FOOT = 18.0
"""Points under the wave, for the times."""
SHADES = 12
GROUND, LINE, PLAYHEAD, HEARD, AHEAD = 0, 1, 2, 3, 3 + SHADES


@dataclass(frozen=True)
class Sound:
    """An envelope to draw, see ``WaveformPlot.show_envelope``."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    first: int
    bucket_s: float
    audible_s: float
    origin_s: float

    @property
    def end_s(self) -> float:
        """Where it ends, in seconds since the envelope began."""
        return (self.first + len(self.low)) * self.bucket_s


class WaveformPlot(StillPlot):
    """Shows the newest ``span_s`` seconds; what is not heard yet is drawn faintly."""

    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Waveform")
        self.setAccessibleDescription("The sound of the last seconds, newest at the right")
        self.setToolTip(
            "The sound as you hear it, after limiter and volume. The line is now; what is faint comes next.\n"
            "The wheel zooms."
        )
        self._span_s = SPAN_S
        self._sound: Sound | None = None
        self._state: tuple[object, ...] = ()
        self._start_s = 0.0
        self.set_theme(DARK)

    @property
    def span_s(self) -> float:
        """Seconds from edge to edge."""
        return self._span_s

    def set_span(self, seconds: float) -> None:
        """How many seconds are shown."""
        self._span_s = seconds
        self.redraw()
        self.zoomed.emit()

    @Slot()
    def zoom_in(self) -> None:
        """Fewer seconds."""
        self._zoom(-1)

    @Slot()
    def zoom_out(self) -> None:
        """More seconds."""
        self._zoom(1)

    def show_envelope(
        self,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
        first: int,
        bucket_s: float,
        audible_s: float,
        origin_s: float = 0.0,
    ) -> None:
        """Draw an envelope: bucket i of ``low`` and ``high`` [n] starts at (first + i) · bucket_s seconds.

        ``origin_s`` is where among them the present sound began, ``audible_s`` what is being heard of it,
        in seconds from there. Nothing happens where nothing changed.
        """
        state = (first, len(low), round(audible_s, 3), round(origin_s, 3))
        if state != self._state and len(low):
            self._state = state
            self._sound = Sound(low, high, first, bucket_s, audible_s, origin_s)
            self.redraw()

    def redraw(self) -> None:
        height, width = self.pixels
        picture = np.zeros((height, width), dtype=np.uint8)
        middle = self._middle()
        reach = max(1.0, middle - 2.0)
        sound = self._sound
        column_s = self._span_s / width
        start_column = 0
        if sound is not None:
            # Columns stand on a grid of their own in time: the same sound always gives the same column.
            end_column = int(sound.end_s / column_s)
            start_column = max(0, end_column - width)
        self._start_s = start_column * column_s - (sound.origin_s if sound else 0.0)
        for second in self._times():
            picture[:, min(width - 1, max(0, round((second - self._start_s) / column_s)))] = LINE
        picture[round(middle)] = LINE
        if sound is not None:
            first_column = max(start_column, int(np.ceil(sound.first * sound.bucket_s / column_s)))
            numbers = np.arange(first_column, end_column, dtype=np.int64)
            if len(numbers):
                buckets = (numbers * column_s / sound.bucket_s).astype(np.int64) - sound.first
                buckets = np.clip(buckets, 0, len(sound.low) - 1)
                top = middle - reach * np.minimum(np.maximum.reduceat(sound.high, buckets), 1.0)
                bottom = middle - reach * np.maximum(np.minimum.reduceat(sound.low, buckets), -1.0)
                inside = between(height, np.rint(top).astype(np.int16), np.rint(bottom).astype(np.int16))
                shades = np.minimum(np.abs(np.arange(height) - middle) / reach * SHADES, SHADES - 1)
                wave = shades.astype(np.uint8)[:, None] + np.where(
                    numbers < (sound.audible_s + sound.origin_s) / column_s, HEARD, AHEAD
                ).astype(np.uint8)
                place = numbers[0] - start_column
                np.copyto(picture[:, place : place + len(numbers)], wave, where=inside)
            playhead = int((sound.audible_s + sound.origin_s) / column_s) - start_column
            thick = max(1, round(self.scale_factor))
            playhead = min(max(0, playhead), width - thick)
            picture[:, playhead : playhead + thick] = PLAYHEAD
        self.present(picture)

    def decorate(self, painter: QPainter) -> None:
        width, height = self.width(), self.height()
        step = self._step()
        for second in self._times():
            x = (second - self._start_s) / self._span_s * width
            if x < width - 40.0:
                self.label(painter, format_time(second, 2 if step < 1.0 else 0), x + 5.0, height - 1.0)

    def colours(self, theme: Theme) -> list[int]:
        far = mix(theme.accent, theme.second, 0.85).name()
        heard = [mix(theme.accent, far, (shade / (SHADES - 1)) ** 0.8) for shade in range(SHADES)]
        ahead = [mix(theme.surface, colour.name(), 0.35) for colour in heard]
        plain = [QColor(theme.surface), QColor(theme.line), QColor(theme.marked)]
        return [colour.rgba() for colour in (*plain, *heard, *ahead)]

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y()
        if delta:
            self._zoom(-1 if delta > 0 else 1)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1 if key == Qt.Key.Key_Minus else -1)
            return
        super().keyPressEvent(event)

    def _middle(self) -> float:
        """The row of silence."""
        return (self.height() - FOOT) / 2.0 * self.scale_factor

    def _step(self) -> float:
        return 1.0 if self._span_s > 3.0 else 0.25

    def _times(self) -> list[float]:
        """Where lines stand, in seconds from the take's start."""
        step = self._step()
        first = max(0, int(np.ceil(self._start_s / step)))
        last = int(np.floor((self._start_s + self._span_s) / step))
        return [number * step for number in range(first, last + 1)]

    def _zoom(self, step: int) -> None:
        place = SPAN_CHOICES_S.index(self._span_s) + step
        self.set_span(SPAN_CHOICES_S[max(0, min(len(SPAN_CHOICES_S) - 1, place))])
