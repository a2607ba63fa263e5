"""How one preset looks in the browser: a coloured sign of its own, its name, a few words."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QLinearGradient, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.look.theme import ui_font
from app.widgets.row_painting import line_of, paint_ground, paint_words

ROW = 46
HEADING = 30
SIGN, SIGN_LEFT = 32.0, 6.5
WORDS = 48.5
"""Points from the left at which the words begin."""
NAME_SIZE, DETAIL_SIZE = 10.0, 8.5
LISTEN = 28
"""Diameter of the button that plays a preset's clip."""
STAR = 24
STAR_TIP = "Star this preset: the star beside the search shows those alone"
UNSTAR_TIP = "Take its star away"
LISTEN_TIP = "Hear a few seconds of this preset, without switching to it"
STOP_TIP = "Stop the clip"
ICONS = {"genre": "note", "speaker": "voice", "user": "user"}


def hue(text: str) -> float:
    """A hue 0…1 that always belongs to this text."""
    return (zlib.crc32(text.encode()) % 360) / 360.0


@dataclass(frozen=True)
class PresetItem:
    """What the browser shows of a preset."""

    id: str
    name: str
    category: str
    detail: str
    """A few words under the name."""
    description: str
    available: bool = True
    why_not: str = ""
    """Why it cannot be played, where it cannot."""
    clip: bool = False
    """Whether a clip of it can be heard without switching to it."""
    starred: bool = False


def star_place(rect: QRect) -> QRect:
    """Where the star lies in a row at ``rect``."""
    return QRect(rect.right() - STAR - 4, rect.center().y() - STAR // 2, STAR, STAR)


def listen_place(rect: QRect) -> QRect:
    """Where the button that plays the clip lies in a row at ``rect``."""
    return QRect(star_place(rect).left() - LISTEN - 2, rect.center().y() - LISTEN // 2, LISTEN, LISTEN)


@lru_cache(maxsize=256)
def sign_picture(tint: float, icon_name: str, scale: float) -> QPixmap:
    """A preset's sign of a hue 0…1, drawn once: its gradient takes longer than the rest of the row."""
    result = QPixmap(round(SIGN * scale), round(SIGN * scale))
    result.setDevicePixelRatio(scale)
    result.fill(Qt.GlobalColor.transparent)
    rect = QRectF(0.0, 0.0, SIGN, SIGN)
    gradient = QLinearGradient(rect.topLeft(), rect.bottomRight())
    gradient.setColorAt(0.0, QColor.fromHslF(tint, 0.55, 0.52))
    gradient.setColorAt(1.0, QColor.fromHslF((tint + 0.12) % 1.0, 0.6, 0.36))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(rect, 8.0, 8.0)
    painter.drawPixmap(int(SIGN / 2.0 - 9), int(SIGN / 2.0 - 9), pixmap(icon_name, "#ffffff", 18, scale))
    painter.end()
    return result


@lru_cache(maxsize=128)
def face_picture(
    item: PresetItem, room: int, theme: Theme, scale: float, *, modified: bool, sounding: bool
) -> QPixmap:
    """Sign, name and a few words of a row, set once; ``room``: points for the words.

    A window that is resized has all rows painted again and again.
    """
    name = item.name + (" *" if modified else "")
    result = QPixmap(round((WORDS + room) * scale), round(ROW * scale))
    result.setDevicePixelRatio(scale)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1.0 if item.available else 0.5)
    sign = QPointF(SIGN_LEFT, (ROW - SIGN) / 2.0)
    painter.drawPixmap(sign, sign_picture(hue(item.id), ICONS[item.category], scale))
    above, below = QRectF(WORDS, 5.5, room, 18.0), QRectF(WORDS, 22.5, room, 17.0)
    colour = theme.accent if sounding else theme.text
    paint_words(painter, above, name, NAME_SIZE, colour, medium=True)
    paint_words(painter, below, item.detail, DETAIL_SIZE, theme.muted)
    painter.end()
    return result


class PresetDelegate(QStyledItemDelegate):
    """Paints the rows of the browser's list."""

    theme: Theme = DARK
    sounding: str | None = None
    """The preset whose clip sounds, if one does."""
    pointed: bool = False
    """Whether the mouse is on the button of the row that it is on."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(Qt.ItemDataRole.UserRole)
        return QSize(120, HEADING if isinstance(row, str) else ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, str):
            self._heading(painter, QRectF(option.rect), row)
        else:
            self._preset(painter, option, row, modified=getattr(index.model(), "modified", None) == row.id)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        item = index.data(Qt.ItemDataRole.UserRole)
        place = listen_place(option.rect)
        if isinstance(item, PresetItem) and item.clip and place.contains(event.pos()):
            tip = STOP_TIP if item.id == self.sounding else LISTEN_TIP
            QToolTip.showText(event.globalPos(), tip, view, place)
            return True
        if isinstance(item, PresetItem) and star_place(option.rect).contains(event.pos()):
            tip = UNSTAR_TIP if item.starred else STAR_TIP
            QToolTip.showText(event.globalPos(), tip, view, star_place(option.rect))
            return True
        return super().helpEvent(event, view, option, index)

    def _heading(self, painter: QPainter, rect: QRectF, text: str) -> None:
        font = ui_font(8.0, QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.8)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(rect.adjusted(6, 0, 0, -6), flags, text.upper())

    def _preset(
        self, painter: QPainter, option: QStyleOptionViewItem, item: PresetItem, *, modified: bool
    ) -> None:
        theme, rect, state = self.theme, option.rect, option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus)
        sounding = item.id == self.sounding
        ground = QRectF(rect).adjusted(0.5, 1.5, -2.5, -1.5)
        paint_ground(painter, ground, option, theme, lit=hovered or sounding)
        painter.setOpacity(1.0 if item.available else 0.5)
        room = rect.width() - WORDS - 10.5
        if item.starred or hovered or focused:
            place = star_place(rect)
            room = place.left() - rect.left() - WORDS - 4.0
            self._star(painter, place, on=item.starred)
        if item.clip and (hovered or focused or sounding):
            button = QRectF(listen_place(rect))
            room = button.left() - rect.left() - WORDS - 6.0
            self._listen(painter, button, sounding=sounding, pointed=hovered and self.pointed)
        needed = max(
            line_of(item.name + " *", NAME_SIZE, medium=True).width,
            line_of(item.detail, DETAIL_SIZE, medium=False).width,
        )
        painter.setOpacity(1.0)
        scale = painter.device().devicePixelRatioF()
        room = max(0, min(int(room), ceil(needed)))
        face = face_picture(item, room, theme, scale, modified=modified, sounding=sounding)
        painter.drawPixmap(rect.topLeft(), face)

    def _star(self, painter: QPainter, rect: QRect, *, on: bool) -> None:
        colour = self.theme.marked if on else self.theme.muted
        picture = pixmap("star-filled" if on else "star", colour, 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.center().x() - 8, rect.center().y() - 8, picture)

    def _listen(self, painter: QPainter, rect: QRectF, *, sounding: bool, pointed: bool) -> None:
        theme, faded = self.theme, painter.opacity()
        painter.setOpacity(1.0)  # a clip can be heard where its model is missing
        ground, sign = (theme.accent, theme.on_accent) if sounding else (theme.surface, theme.text)
        edge = theme.accent if sounding or pointed else theme.strong_line
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(ground))
        painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        scale = painter.device().devicePixelRatioF()
        colour = theme.accent if pointed and not sounding else sign
        picture = pixmap("stop" if sounding else "listen", colour, 16, scale)
        painter.drawPixmap(int(rect.center().x() - 8), int(rect.center().y() - 8), picture)
        painter.setOpacity(faded)
