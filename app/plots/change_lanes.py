"""The changes of a finished take as lanes, a row a parameter: points to be dragged, added and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.plots.axis import TimeAxis
from app.plots.base import label_width
from app.plots.changes import ChangesPlot
from app.plots.time_plot import CLICK

LEAST_ROW = 20.0
"""Points of height without which a row is not shown."""
GRAB = 8.0
RADIUS = 3.5
STEP_S = 0.05
FINE = 50
"""Steps of the arrow keys from a row's lowest value to its highest."""


@dataclass(frozen=True)
class ChangeRow:
    """One parameter over time."""

    title: str
    start: float
    """Its value at 0:00."""
    low: float
    high: float
    points: tuple[tuple[float, float], ...] = ()
    """(seconds, the value from there on), in order of time."""
    words: tuple[str, ...] = ()
    """What the values 0, 1, … mean, where they are no numbers."""

    def text(self, value: float) -> str:
        """A value as people read it."""
        if self.words:
            return self.words[min(max(0, round(value)), len(self.words) - 1)]
        return f"{value:.2f}"


class ChangeLanes(ChangesPlot):
    """Where rows are shown, signals carry a row's and a point's number, seconds and a value."""

    point_moved = Signal(int, int, float, float)
    point_added = Signal(int, float, float)
    point_removed = Signal(int, int)

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        self.rows: tuple[ChangeRow, ...] = ()
        self.picked: tuple[int, int] | None = None
        """Row and point that the keys work on."""
        self._drag: tuple[float, float] | None = None
        """(seconds, value) to which the picked point has been dragged, while it is."""
        super().__init__(axis, parent)
        self.setToolTip(
            "What was moved, and when. Of a finished take: drag a point, double-click adds one, Delete "
            "removes it.\nPage Up and Down pick a point, the arrow keys move it, Insert adds one.\n"
            "A double-click on the lane’s title gives it room."
        )
        self._click_s = 0.0
        self._clicks = QTimer(self)
        self._clicks.setSingleShot(True)
        self._clicks.timeout.connect(self._go)

    def show_rows(self, rows: Sequence[ChangeRow]) -> None:
        """Let these be edited; none for what is still being made."""
        rows = tuple(rows)
        if rows != self.rows:
            if [row.title for row in rows] != [row.title for row in self.rows]:
                self.picked = None
            self.rows, self._drag = rows, None
            if self.picked and self.picked[1] >= len(rows[self.picked[0]].points):
                self.picked = None
            self.redraw()

    @property
    def shown(self) -> int:
        """Rows for which there is room."""
        return min(len(self.rows), max(1, int(self.height() // LEAST_ROW)))

    def place(self, row: int, seconds: float, value: float) -> QPointF:
        """Where a value of a row lies, in points."""
        there = self.rows[row]
        height = self.height() / self.shown
        share = (value - there.low) / (there.high - there.low)
        return QPointF(
            self.axis.view.x(seconds, self.width()), (row + 1) * height - 4.0 - share * (height - 8.0)
        )

    def decorate(self, painter: QPainter) -> None:
        if not self.rows:
            super().decorate(painter)
            return
        super(ChangesPlot, self).decorate(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for seconds, _ in self.marks:
            x = self.axis.view.x(seconds, self.width())
            painter.fillRect(QRectF(x, 0.0, 1.0, self.height()), QColor(self.theme.line))
        for number in range(self.shown):
            self._row(painter, number)

    def _row(self, painter: QPainter, number: int) -> None:
        row, height = self.rows[number], self.height() / self.shown
        if number:
            painter.fillRect(QRectF(0.0, number * height, self.width(), 1.0), QColor(self.theme.line))
        painter.setPen(QPen(QColor(self.theme.second), 1.6))
        at, value = QPointF(0.0, self.place(number, 0.0, row.start).y()), row.start
        points = self._points(number)
        for seconds, to in points:
            here, there = self.place(number, seconds, value), self.place(number, seconds, to)
            painter.drawLine(QLineF(at, here))
            painter.drawLine(QLineF(here, there))
            at, value = there, to
        painter.drawLine(QLineF(at, QPointF(self.width(), at.y())))
        free = -1.0
        for index, (seconds, to) in enumerate(points):
            place, picked = self.place(number, seconds, to), self.picked == (number, index)
            colour = self.theme.marked if picked else self.theme.second
            painter.setPen(QPen(QColor(self.theme.surface), 1.0))
            painter.setBrush(QColor(colour))
            radius = RADIUS + (1.5 if picked else 0.0)
            painter.drawEllipse(place, radius, radius)
            text = row.text(to)
            if picked or place.x() > free:
                base = min(max(place.y() - 3.0, number * height + 11.0), (number + 1) * height - 2.0)
                self.note(painter, text, place.x() + 7.0, base)
                free = place.x() + 7.0 + label_width(text) + 6.0
        self.note(painter, f"{row.title} {row.text(row.start)}", 3.0, number * height + 12.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rows and not self._choosing:
            self.picked = self._at(event.position())
            self.redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        pressed = self._pressed
        if pressed is None or self.picked is None or self._choosing:
            return
        if self._drag is not None or (event.position() - pressed).manhattanLength() > CLICK:
            self._drag = self._value_at(self.picked[0], event.position())
            self.redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if not self.rows or self._choosing:
            super().mouseReleaseEvent(event)
            return
        pressed, self._pressed, self._dragged = self._pressed, None, None
        if drag is not None and self.picked is not None:
            self.point_moved.emit(*self.picked, *drag)
        elif pressed is not None and self.picked is None and self._is_click(pressed, event):
            self._click_s = self.seconds_at(event.position().x())  # unless another click follows
            self._clicks.start(QApplication.doubleClickInterval())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._clicks.stop()
        if event.button() == Qt.MouseButton.LeftButton and self.rows and self._at(event.position()) is None:
            row = self._row_at(event.position().y())
            self.point_added.emit(row, *self._value_at(row, event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, moves = Qt.Key(event.key()), {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        steps = {
            Qt.Key.Key_Left: (-STEP_S, 0.0),
            Qt.Key.Key_Right: (STEP_S, 0.0),
            Qt.Key.Key_Up: (0.0, 1.0 / FINE),
            Qt.Key.Key_Down: (0.0, -1.0 / FINE),
        }
        if key in moves and self.rows:
            self._pick_next(moves[key])
        elif key == Qt.Key.Key_Insert and self.rows:
            row = self.picked[0] if self.picked else 0
            at_s = self.playhead_s or 0.0
            self.point_added.emit(row, at_s, value_at(self.rows[row], at_s))
        elif self.picked is not None and key == Qt.Key.Key_Delete:
            picked, self.picked = self.picked, None
            self.point_removed.emit(*picked)
        elif self.picked is not None and key in steps:
            self._step(*self.picked, *steps[key])
        else:
            super().keyPressEvent(event)

    def _step(self, number: int, point: int, seconds: float, share: float) -> None:
        """Move a point by so much of time and of its row's range; from one word to the next."""
        row = self.rows[number]
        at_s, value = row.points[point]
        step = (share > 0) - (share < 0) if row.words else share * (row.high - row.low)
        self.point_moved.emit(
            number, point, max(0.0, at_s + seconds), min(max(value + step, row.low), row.high)
        )

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clicks.stop()

    @Slot()
    def _go(self) -> None:
        self.clicked.emit(self._click_s)

    def _is_click(self, pressed: QPointF, event: QMouseEvent) -> bool:
        return abs(event.position().x() - pressed.x()) <= CLICK

    def _points(self, number: int) -> tuple[tuple[float, float], ...]:
        """Of a row, with the one that is being dragged where it is by now."""
        points = list(self.rows[number].points)
        if self._drag is not None and self.picked is not None and self.picked[0] == number:
            points[self.picked[1]] = self._drag
        return tuple(points)

    def _row_at(self, y: float) -> int:
        return min(self.shown - 1, max(0, int(y / self.height() * self.shown)))

    def _value_at(self, row: int, place: QPointF) -> tuple[float, float]:
        there, height = self.rows[row], self.height() / self.shown
        share = ((row + 1) * height - 4.0 - place.y()) / max(1.0, height - 8.0)
        value = there.low + min(max(share, 0.0), 1.0) * (there.high - there.low)
        return self.seconds_at(place.x()), float(round(value)) if there.words else value

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        """The row and the point that lie there, the later one where several do."""
        row = self._row_at(place.y())
        near = [
            index
            for index, point in enumerate(self.rows[row].points)
            if (self.place(row, *point) - place).manhattanLength() <= GRAB
        ]
        return (row, near[-1]) if near else None

    def _pick_next(self, step: int) -> None:
        points = [(row, index) for row in range(self.shown) for index in range(len(self.rows[row].points))]
        if points:
            at = points.index(self.picked) + step if self.picked in points else min(0, step)
            self.picked = points[at % len(points)]
            self.redraw()


def value_at(row: ChangeRow, seconds: float) -> float:
    """The value that holds at a time."""
    return next((value for at, value in reversed(row.points) if at <= seconds), row.start)
