"""How one take looks in the list: star, a small picture of its sound, name, origin, length."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QLineF,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.widgets.field import Field
from app.widgets.row_painting import paint_ground, paint_words

ROW = 44
PICTURE = 132
COLUMNS = 66
NARROW = 330
"""A row less wide has no room for a length of its own."""
INDENT, DEEPEST = 14, 4
"""Points that a fork stands to the right of its parent, and how often at most."""
MAY_DIFFER = "A replay may differ"
NO_SOUND: NDArray[np.float32] = np.zeros(COLUMNS, dtype=np.float32)


@dataclass(frozen=True)
class TakeItem:
    """What the list shows of a take."""

    id: str
    name: str
    detail: str
    length: str
    starred: bool = False
    playing: bool = False
    warning: str = ""
    """Why a replay may differ, if it may."""
    mark: str = ""
    """``A`` or ``B`` where it is one of the two that are compared."""
    depth: int = 0
    """How many takes stand over it: what it branches off, what that branches off, …"""
    number: int = 0
    together: int = 0
    """Which one of how many that were made together; 0 where it was made alone."""
    heights: NDArray[np.float32] = field(default_factory=lambda: NO_SOUND, compare=False)
    """[COLUMNS] 0…1: the largest amplitude of each stretch of the sound."""

    @property
    def found_by(self) -> str:
        """What a search looks through."""
        return f"{self.name} {self.detail} {self.mark} {'starred' if self.starred else ''}".casefold()


def picture(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """[COLUMNS] float32: the largest absolute amplitude in each of COLUMNS stretches of ``samples``."""
    if len(samples) < COLUMNS:
        return NO_SOUND
    starts = np.linspace(0, len(samples), COLUMNS, endpoint=False).astype(np.int64)
    heights: NDArray[np.float32] = np.maximum.reduceat(np.abs(samples), starts)
    return heights


def picture_of(peaks: tuple[int, ...]) -> NDArray[np.float32]:
    """The same from the largest amplitudes of many stretches, 0…255."""
    return picture(np.array(peaks, np.float32) / np.float32(255.0))


class TakeDelegate(QStyledItemDelegate):
    """Paints the rows of the list of takes, and edits their names."""

    star_clicked = Signal(str)
    play_clicked = Signal(str)
    theme: Theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item: TakeItem = index.data(Qt.ItemDataRole.UserRole)
        theme = self.theme
        rect = QRectF(option.rect).adjusted(0.5, 1.5, -2.5, -1.5)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, rect, option, theme, lit=hovered)
        scale = painter.device().devicePixelRatioF()
        self._family(painter, option.rect, item)
        places = places_of(indented(option.rect, item))
        colour = theme.accent if item.playing else (theme.text if hovered or selected else theme.muted)
        sign = pixmap("stop" if item.playing else "play", colour, 18, scale)
        painter.drawPixmap(places["play"].center().x() - 9, places["play"].center().y() - 9, sign)
        star = pixmap(
            "star-filled" if item.starred else "star",
            theme.marked if item.starred else theme.muted,
            16,
            scale,
        )
        painter.drawPixmap(places["star"].center().x() - 8, places["star"].center().y() - 8, star)
        self._sound(painter, QRectF(places["picture"]), item)
        text = QRectF(places["text"])
        title = f"{item.mark}  {item.name}" if item.mark else item.name
        above = QRectF(text.left(), rect.top() + 3.0, text.width(), 18.0)
        paint_words(painter, above, title, 10.0, theme.text, medium=True)
        below = QRectF(text.left(), rect.top() + 20.0, text.width(), 17.0)
        if item.warning:
            sign = pixmap("warning", theme.warning, 14, scale)
            painter.drawPixmap(QPointF(below.left(), below.center().y() - 7.0), sign)
            below.setLeft(below.left() + 19.0)
        detail = f"{MAY_DIFFER} · {item.detail}" if item.warning else item.detail
        if places["length"].isEmpty():
            detail = f"{item.length} · {detail}"
        paint_words(painter, below, detail, 8.5, theme.warning if item.warning else theme.muted)
        if not places["length"].isEmpty():
            paint_words(painter, QRectF(places["length"]), item.length, 9.5, theme.muted, right=True)
        painter.restore()

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: object) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        item: TakeItem = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        name = button_at(indented(option.rect, item), event.position().toPoint())
        if event.type() != QEvent.Type.MouseButtonRelease or not name:
            return False
        (self.star_clicked if name == "star" else self.play_clicked).emit(item.id)
        return True

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = Field(parent)
        editor.setAccessibleName("Take's name")
        editor.setMaxLength(80)
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item: TakeItem = index.data(Qt.ItemDataRole.UserRole)
        editor.setGeometry(places_of(indented(option.rect, item))["text"].adjusted(-8, 6, 8, -6))

    def _family(self, painter: QPainter, rect: QRect, item: TakeItem) -> None:
        """A line from the parent, and one along those that were made together."""
        left, middle = indented(rect, item).left(), rect.center().y()
        if item.depth:
            painter.setPen(QPen(QColor(self.theme.muted), 1.0))
            x = left - INDENT / 2 + 6.0
            painter.drawLine(QLineF(x, rect.top() - 8.0, x, middle))
            painter.drawLine(QLineF(x, middle, x + 6.0, middle))
        if item.together:
            top = rect.top() + (5.0 if item.number == 1 else -1.0)
            bottom = rect.bottom() - (5.0 if item.number == item.together else -1.0)
            painter.setPen(QPen(QColor(self.theme.second), 2.0))
            painter.drawLine(QLineF(left + 5.0, top, left + 5.0, bottom))

    def _sound(self, painter: QPainter, rect: QRectF, item: TakeItem) -> None:
        if rect.width() < COLUMNS:
            return
        colour = QColor(self.theme.accent)
        colour.setAlphaF(1.0 if item.playing else 0.7)
        painter.setPen(QPen(colour, 1.2))
        middle, half, step = rect.center().y(), rect.height() / 2.0, rect.width() / COLUMNS
        loudest = max(float(item.heights.max()), 0.05)
        painter.drawLines(
            [
                QLineF(x, middle - reach, x, middle + reach)
                for x, reach in (
                    (rect.left() + (i + 0.5) * step, max(0.6, half * float(height) / loudest))
                    for i, height in enumerate(item.heights)
                )
            ]
        )


def indented(rect: QRect, item: TakeItem) -> QRect:
    """What of a row at ``rect`` the take has for itself."""
    return rect.adjusted(INDENT * min(item.depth, DEEPEST), 0, 0, 0)


def button_at(rect: QRect, place: QPoint) -> str:
    """``star`` or ``play`` where one of them lies at ``place`` in a row at ``rect``, else empty."""
    places = places_of(rect)
    return next((name for name in ("star", "play") if places[name].contains(place)), "")


def places_of(rect: QRect) -> dict[str, QRect]:
    """Where the parts of a row lie: play, picture, text, length, star."""
    play = QRect(rect.left() + 6, rect.top(), 28, rect.height())
    picture_width = PICTURE if rect.width() > 420 else 0
    image = QRect(play.right() + 6, rect.top() + 9, picture_width, rect.height() - 18)
    star = QRect(rect.right() - 36, rect.top(), 28, rect.height())
    length = QRect(star.left() - 64, rect.top(), 58, rect.height())
    if rect.width() < NARROW:  # the length then stands before the detail
        length = QRect(star.left() - 6, rect.top(), 0, rect.height())
    left = image.right() + (12 if picture_width else 0)
    return {
        "play": play,
        "picture": image,
        "text": QRect(left, rect.top(), max(20, length.left() - left - 8), rect.height()),
        "length": length,
        "star": star,
    }
