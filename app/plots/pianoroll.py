"""The score that is played: its notes as bars from left to right, drums below, a line where it sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.note_bars import NONE, Bars, Notes, pitch_range
from app.plots.turns import Turns

FAINT = 0.38
"""How much is left of the colour of notes that are to come."""
FAINT_DRUMS = 0.63
MOST_ROUNDS = 50
"""A piece that repeats is drawn so often at most: beyond that it is a blur."""
LINE = 1.5
"""Points of the width of the line where it sounds."""


@dataclass(frozen=True)
class RollPictures:
    """What need not be drawn for every frame."""

    bars: Bars
    """How it was drawn."""
    bright: QPixmap
    faint: QPixmap
    played: QPixmap
    """The notes that were played by hand and have ended."""


class PianoRoll(QWidget):
    """What has sounded is bright, what is to come faint; all is bright while nothing plays."""

    clicked = Signal(float)
    """Seconds at which the user clicked."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self._repeats = self._goes_on = False
        axis.changed.connect(self._moved)
        self.turns = Turns(self)
        """Those of all pictures beside it, where they share them."""
        self._notes, self._played, self._held = NONE, NONE, NONE
        self._range = pitch_range(NONE)
        """Lowest and highest pitch of all notes: rows must not move with the view."""
        self._seconds = 0.0
        self._time_s: float | None = None
        self._theme = DARK
        self._pictures: RollPictures | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(36)
        self.setAccessibleName("Piano roll")
        self.setToolTip("The notes of the score, high ones above, drums at the bottom")

    @property
    def playhead(self) -> float | None:
        """Where the line stands, in points from the left; None where there is none."""
        if self._time_s is None or not (0.0 <= self._time_s <= self._seconds or self._goes_on):
            return None
        return self._axis.view.x(self._time_s, self.width())

    @property
    def played(self) -> Notes:
        """The notes that were played by hand, those that are held last."""
        return np.concatenate([self._played, self._held])

    def set_theme(self, theme: Theme) -> None:
        self._theme, self._pictures = theme, None
        self.update()

    def show_notes(self, notes: Notes, *, repeats: bool = False) -> None:
        """The score's; may be none. ``repeats``: whether they begin again when they have ended."""
        self._notes, self._repeats = notes, repeats
        self._seconds = float((notes[:, 0] + notes[:, 1]).max()) if len(notes) else 0.0
        self._time_s, self._pictures = None, None
        self.setAccessibleDescription(f"{len(notes)} notes in {self._seconds:.0f} seconds")
        self._find_range()
        self.update()

    def show_played(self, notes: Notes) -> None:
        """The notes that were played by hand and have ended, over the score; may be none."""
        if len(notes) or len(self._played):
            self._played, self._pictures = notes, None
            self._find_range()
            self.update()

    def add_played(self, notes: Notes) -> None:
        """More of those; what was drawn of the others stays."""
        self._played = np.concatenate([self._played, notes])
        self._find_range()
        if self._pictures is not None:
            painter = QPainter(self._pictures.played)
            self._pictures.bars.paint(painter, self._pictures.bars.seen(notes), (self._theme.marked,))
            painter.end()
        self.update()

    def show_held(self, notes: Notes) -> None:
        """Those that sound by now, up to now; they alone are drawn for every frame."""
        before, self._held = self._held, notes
        if self._find_range():
            self.update()
            return
        for moved in (before, notes):
            if len(moved):
                left, right = (
                    self._axis.view.x(float(time), self.width())
                    for time in (moved[:, 0].min(), (moved[:, 0] + moved[:, 1]).max())
                )
                self.update(int(left) - 3, 0, int(right - left) + 7, self.height())

    def show_time(self, seconds: float | None, *, repeats: bool = False) -> None:
        """Move the line; None for no line. Nothing is painted where it would not move by a pixel.

        ``repeats``: whether what sounds begins again once the notes have ended.
        """
        before, was = self.playhead, self._time_s
        self._goes_on, self._time_s = repeats, seconds
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
        if self.isVisible():
            self.turns.ask(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turns.leave(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.catch_up()

    def catch_up(self) -> None:
        """Draw it anew where it was drawn for another size; until its turn it is stretched."""
        if self._pictures is not None and self._pictures.bars.size != self.size():
            self._pictures = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._notes) and not len(self._played) and not len(self._held):
            return
        pictures = self._pictures
        if pictures is None or pictures.bright.devicePixelRatio() != self.devicePixelRatioF():
            pictures = self._pictures = self._draw()
        painter = QPainter(self)
        line, width, height = self.playhead, self.width(), self.height()
        if line is None:
            self._put(painter, pictures, pictures.bright)
        else:
            edge = round(line)
            for picture, left, right in ((pictures.bright, 0, edge), (pictures.faint, edge, width)):
                painter.setClipRect(left, 0, right - left, height)
                self._put(painter, pictures, picture)
            painter.setClipping(False)
            painter.fillRect(QRectF(min(line, width - LINE), 0.0, LINE, height), QColor(self._theme.marked))
        if len(self._played):
            self._put(painter, pictures, pictures.played)
        bars = self._bars()
        bars.paint(painter, bars.seen(self._held), (self._theme.marked,))
        painter.end()

    def _put(self, painter: QPainter, pictures: RollPictures, picture: QPixmap) -> None:
        """One of the pictures, stretched where they were drawn for another size."""
        if pictures.bars.size == self.size():
            painter.drawPixmap(0, 0, picture)
        else:
            painter.drawPixmap(self.rect(), picture)

    @Slot()
    def _moved(self) -> None:
        self._pictures = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(max(0.0, self._axis.view.seconds(event.position().x(), self.width())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            at = self._axis.view.seconds(event.position().x(), self.width())
            self._axis.zoom(1.25 ** (-turned / 120.0), at)
        event.accept()

    def _find_range(self) -> bool:
        """Returns whether it is another than before; then all is to be drawn anew."""
        pitched = self._notes[self._notes[:, 5] <= 0.5]
        found = pitch_range(np.concatenate([pitched, self._played, self._held]))
        if found == self._range:
            return False
        self._range, self._pictures = found, None
        return True

    def _bars(self) -> Bars:
        drums = bool((self._notes[:, 5] > 0.5).any())
        return Bars(self._axis.view, self.size(), *self._range, drums, self._theme.surface)

    def _seen(self, bars: Bars) -> Notes:
        """The notes of what is seen; those of a piece that repeats come again and again."""
        view = self._axis.view
        if not self._seconds or not self._repeats:
            return bars.seen(self._notes)
        first = int(max(0.0, view.start_s) // self._seconds)
        last = min(int((view.start_s + view.span_s) // self._seconds), first + MOST_ROUNDS)
        rounds = [self._notes + _later(n * self._seconds) for n in range(first, last + 1)]
        return bars.seen(np.concatenate(rounds)) if rounds else NONE

    def _draw(self) -> RollPictures:
        bars, scale, theme = self._bars(), self.devicePixelRatioF(), self._theme
        seen = self._seen(bars)
        drums = seen[:, 5] > 0.5
        notes = bars.canvas(scale)
        painter = QPainter(notes)
        programs = np.unique(self._notes[self._notes[:, 5] <= 0.5, 4])
        numbered = seen[~drums]
        numbered[:, 4] = np.searchsorted(programs, numbered[:, 4])
        bars.paint(painter, numbered, (theme.accent, theme.second))
        painter.end()
        bright, faint = bars.canvas(scale), bars.canvas(scale)
        for picture, strength, of_drums in ((bright, 1.0, 1.0), (faint, FAINT, FAINT_DRUMS)):
            painter = QPainter(picture)
            bars.paint_drums(painter, seen[drums], mix(theme.surface, theme.muted, of_drums))
            painter.setOpacity(strength)
            painter.drawPixmap(0, 0, notes)
            painter.end()
        played = bars.canvas(scale)
        painter = QPainter(played)
        bars.paint(painter, bars.seen(self._played), (theme.marked,))
        painter.end()
        return RollPictures(bars, bright, faint, played)


def _later(seconds: float) -> Notes:
    """[6]: what moves a note by so much."""
    return np.array([seconds, 0, 0, 0, 0, 0], np.float32)
