"""How one preset looks in the browser: a coloured sign of its own, its name, a few words."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.look.theme import ui_font

ROW = 46
HEADING = 30
SIGN = 32.0
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
        theme = self.theme
        rect = QRectF(option.rect).adjusted(0.5, 1.5, -2.5, -1.5)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = selected and bool(state & QStyle.StateFlag.State_HasFocus)
        sounding = item.id == self.sounding
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered or sounding:
            painter.setBrush(QColor(theme.hover if selected else theme.raised))
            painter.drawRoundedRect(rect, 8.0, 8.0)
        if focused:
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 8.0, 8.0)
        painter.setOpacity(1.0 if item.available else 0.5)
        sign = QRectF(rect.left() + 6.0, rect.center().y() - SIGN / 2.0, SIGN, SIGN)
        self._sign(painter, sign, item.id, ICONS[item.category])
        left = sign.right() + 10.0
        room = rect.right() - left - 8.0
        if item.starred or hovered or focused:
            place = star_place(option.rect)
            room = place.left() - left - 4.0
            self._star(painter, place, on=item.starred)
        if item.clip and (hovered or focused or sounding):
            button = QRectF(listen_place(option.rect))
            room = button.left() - left - 6.0
            self._listen(painter, button, sounding=sounding, pointed=hovered and self.pointed)
        name = item.name + (" *" if modified else "")
        painter.setFont(ui_font(10.0, QFont.Weight.Medium))
        painter.setPen(QColor(theme.accent if sounding else theme.text))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top() + 4.0, room, 18.0), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(ui_font(8.5))
        painter.setPen(QColor(theme.muted))
        detail = painter.fontMetrics().elidedText(item.detail, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top() + 21.0, room, 17.0), Qt.AlignmentFlag.AlignVCenter, detail)

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

    def _sign(self, painter: QPainter, rect: QRectF, preset: str, icon_name: str) -> None:
        tint = hue(preset)
        gradient = QLinearGradient(rect.topLeft(), rect.bottomRight())
        gradient.setColorAt(0.0, QColor.fromHslF(tint, 0.55, 0.52))
        gradient.setColorAt(1.0, QColor.fromHslF((tint + 0.12) % 1.0, 0.6, 0.36))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(rect, 8.0, 8.0)
        scale = painter.device().devicePixelRatioF()
        middle = rect.center()
        painter.drawPixmap(int(middle.x() - 9), int(middle.y() - 9), pixmap(icon_name, "#ffffff", 18, scale))
