"""Phones and melody of what is said: F0 over time, a point a vowel to be dragged, an edge a phone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme
from app.plots.axis import TimeAxis
from app.plots.base import label_width
from app.plots.raster import Indices
from app.plots.time_plot import TimePlot
from engine.speech.features import FRAME_RATE, LOG_F0, VOICED, hertz
from engine.speech.script import VOWELS
from engine.stream.narration.timeline import NOTHING, Timeline

FOOT = 15.0
"""Points under the melody, for the phones."""
LOWEST, HIGHEST = -2.6, 3.6
"""Feature LOG_F0 at the bottom and the top: 65 and 557 Hz."""
NEAR = 7.0
"""Points around a dot, or an edge, in which the mouse takes hold of it."""
DOT = 3.5
STEP = 0.5
"""Semitones of a step with the keys."""
TIP = (
    "Drag a dot up or down to bend the melody, the edge of a phone to make it longer. Left and Right choose "
    "a phone, Up and Down bend it, Shift with them makes it longer or shorter"
)


class Handle(NamedTuple):
    """A phone of which something can be dragged."""

    phrase: int
    phone: int
    first: int
    """Its first frame."""
    after: int
    symbol: str


class MelodyPlot(TimePlot):
    """``bent`` and ``stretched`` carry a phrase, a phone and by how much: semitones, or as a factor."""

    bent = Signal(int, int, float)
    stretched = Signal(int, int, float)

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Melody")
        self.setToolTip(TIP)
        self.setMouseTracking(True)
        self.setMinimumHeight(48)
        self.timeline: Timeline = NOTHING
        self.free_from = 0
        """The first frame that can still be bent."""
        self._held: tuple[Handle, bool, QPointF] | None = None
        """What is dragged, whether by its edge, and from where."""
        self._chosen: tuple[int, int] | None = None
        self.set_theme(DARK)

    def show_timeline(self, timeline: Timeline, free_from: int | None) -> None:
        """What is said and when; ``free_from`` None where nothing can be bent any more."""
        free = len(timeline.frames) + 1 if free_from is None else free_from
        if timeline is not self.timeline:
            self.timeline = timeline
            self.free_from = free
            self.redraw()
            return
        before, self.free_from = self.free_from, free
        if before != free:
            left, right = (
                self.axis.view.x(frame / FRAME_RATE, self.width()) for frame in sorted((before, free))
            )
            self._touch((left + right) / 2.0, (right - left) / 2.0 + 2.0 * NEAR)

    def handles(self) -> list[Handle]:
        """The phones that can still be bent, and are seen."""
        found = []
        for number in self._in_view():
            word = self.timeline.words[number]
            if number >= len(self.timeline.places):
                break
            place, first = self.timeline.places[number], word.first
            for offset, (symbol, after) in enumerate(zip(word.phones, word.ends, strict=True)):
                if first >= self.free_from:
                    found.append(Handle(place.phrase, place.phone + offset, first, after, symbol))
                first = after
        return found

    def dot(self, handle: Handle) -> QPointF:
        """Where the dot of a phone lies."""
        middle = (handle.first + handle.after) // 2
        x = self.axis.view.x((middle + 0.5) / FRAME_RATE, self.width())
        return QPointF(x, self._y(float(self.timeline.frames[middle, LOG_F0])))

    def columns(self, first: int, last: int) -> Indices:
        picture = self.empty(first, last)
        picture[:, self.grid(first, last)] = 1
        return picture

    def decorate(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_curve(painter)
        self._draw_phones(painter)
        self._draw_dots(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        super().decorate(painter)

    def colours(self, theme: Theme) -> list[int]:
        return [QColor(theme.surface).rgba(), QColor(theme.line).rgba()]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if found is None:
            super().mousePressEvent(event)
            return
        handle, edge = found
        self._held, self._chosen = (handle, edge, event.position()), (handle.phrase, handle.phone)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            found = self._at(event.position())
            shapes = Qt.CursorShape
            shape = (
                shapes.ArrowCursor
                if found is None
                else shapes.SizeHorCursor
                if found[1]
                else shapes.SizeVerCursor
            )
            self.setCursor(shape)
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is None:
            super().mouseReleaseEvent(event)
            return
        handle, edge, start = held
        moved = event.position() - start
        if edge:
            frames = moved.x() / self.width() * self.axis.view.span_s * FRAME_RATE
            length = handle.after - handle.first
            self.stretched.emit(handle.phrase, handle.phone, max(1.0, length + frames) / length)
        else:
            semitones = -moved.y() / (self.height() - FOOT) * (HIGHEST - LOWEST) * 6.0
            self.bent.emit(handle.phrase, handle.phone, semitones)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        handles = self.handles()
        steps = {keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_Up: 1, keys.Key_Down: -1}
        step = steps.get(keys(event.key()))
        if step is None or not handles:
            super().keyPressEvent(event)
            return
        named = [(handle.phrase, handle.phone) for handle in handles]
        at = named.index(self._chosen) if self._chosen in named else None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and at is not None:
            self.stretched.emit(*named[at], 1.2**step)
        elif event.key() in (keys.Key_Left, keys.Key_Right):
            at = (0 if step > 0 else len(named) - 1) if at is None else min(max(0, at + step), len(named) - 1)
            self._chosen = named[at]
            self.setAccessibleDescription(f"Phone {handles[at].symbol}")
            self._touch(self.width() / 2.0, self.width() / 2.0)
        elif at is not None:
            self.bent.emit(*named[at], STEP * step)

    def _in_view(self) -> range:
        view = self.axis.view
        first = max(0, int(view.start_s * FRAME_RATE) - 1)
        return self.timeline.between(first, int((view.start_s + view.span_s) * FRAME_RATE) + 1)

    def _at(self, place: QPointF) -> tuple[Handle, bool] | None:
        """What the mouse would take hold of, and whether by its edge."""
        handles = self.handles()
        for handle in handles:
            if _vowel(handle.symbol) and (self.dot(handle) - place).manhattanLength() <= 2.0 * NEAR:
                return handle, False
        if place.y() >= self.height() - FOOT:
            for handle in handles:
                edge = self.axis.view.x(handle.after / FRAME_RATE, self.width())
                if abs(edge - place.x()) <= NEAR:
                    return handle, True
        return None

    def _y(self, log_f0: float) -> float:
        share = (min(max(log_f0, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
        return (self.height() - FOOT) * (1.0 - share)

    def _draw_curve(self, painter: QPainter) -> None:
        view, frames = self.axis.view, self.timeline.frames
        first = max(0, int(view.start_s * FRAME_RATE))
        last = min(len(frames), int((view.start_s + view.span_s) * FRAME_RATE) + 2)
        if last <= first:
            return
        part = frames[first:last]
        voiced = np.concatenate([[0], part[:, VOICED] > 0.5, [0]]).astype(np.int8)
        starts, ends = np.flatnonzero(np.diff(voiced) == 1), np.flatnonzero(np.diff(voiced) == -1)
        step = max(1, int(view.span_s * FRAME_RATE / max(1, self.width())))
        painter.setPen(QPen(QColor(self.theme.accent), 1.8))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            points = [
                QPointF(view.x((first + n + 0.5) / FRAME_RATE, self.width()), self._y(float(part[n, LOG_F0])))
                for n in range(start, end, step)
            ]
            painter.drawPolyline(QPolygonF(points))

    def _draw_phones(self, painter: QPainter) -> None:
        view, base = self.axis.view, self.height() - FOOT
        line, strong = QColor(self.theme.line), QColor(self.theme.strong_line)
        painter.fillRect(QRectF(0.0, base, self.width(), 1.0), line)
        for number in self._in_view():
            word = self.timeline.words[number]
            painter.fillRect(QRectF(view.x(word.first / FRAME_RATE, self.width()), base, 1.0, FOOT), strong)
            left = view.x(word.first / FRAME_RATE, self.width())
            room = view.x(word.after / FRAME_RATE, self.width()) - left
            if room < sum(label_width(symbol) + 1.0 for symbol in word.phones):
                written = self.timeline.text[word.start : word.end]
                if room >= label_width(written):
                    self.label(painter, written, left + (room - label_width(written)) / 2.0, self.height())
                continue
            for symbol, after in zip(word.phones, word.ends, strict=True):
                right = view.x(after / FRAME_RATE, self.width())
                painter.fillRect(QRectF(right, base, 1.0, FOOT if after == word.after else 5.0), line)
                if right - left >= label_width(symbol) + 1.0:
                    self.label(painter, symbol, (left + right - label_width(symbol)) / 2.0, self.height())
                left = right

    def _draw_dots(self, painter: QPainter) -> None:
        for handle in self.handles():
            chosen = (handle.phrase, handle.phone) == self._chosen
            if not _vowel(handle.symbol) and not chosen:
                continue
            painter.setPen(QPen(QColor(self.theme.surface), 1.0))
            painter.setBrush(QColor(self.theme.marked if chosen else self.theme.second))
            painter.drawEllipse(self.dot(handle), DOT + chosen, DOT + chosen)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def describe(self, seconds: float) -> None:
        """Tell a screen reader what is said at a time."""
        frame = int(seconds * FRAME_RATE)
        word = self.timeline.word_at(frame)
        if word is None or frame >= len(self.timeline.frames):
            self.setAccessibleDescription("nothing is said")
            return
        pitch = float(hertz(self.timeline.frames[frame : frame + 1, LOG_F0])[0])
        self.setAccessibleDescription(f"{' '.join(word.phones)}, {pitch:.0f} Hz")


def _vowel(symbol: str) -> bool:
    return symbol.lstrip("ˈˌ")[:1] in VOWELS and bool(symbol)
