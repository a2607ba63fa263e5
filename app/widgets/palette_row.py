"""How one entry of the command palette looks: a sign, what it does, its keys, or why it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.look.theme import ui_font

ROW = 38
SIGN = 16


@dataclass(frozen=True)
class PaletteEntry:
    """Something that can be done."""

    text: str
    kind: str
    """Where it belongs: a menu, *Preset*, *Take*."""
    act: Callable[[], object]
    keys: str = ""
    why_not: str = ""
    """Why it cannot be done just now, if it cannot."""
    icon: str = ""


class PaletteDelegate(QStyledItemDelegate):
    """Paints the rows of the palette."""

    theme: Theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: PaletteEntry = index.data(Qt.ItemDataRole.UserRole)
        theme, rect = self.theme, QRectF(option.rect).adjusted(1.0, 1.0, -1.0, -1.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(rect, 7.0, 7.0)
        colour = theme.muted if entry.why_not else theme.text
        if entry.icon:
            sign = pixmap(entry.icon, colour, SIGN, painter.device().devicePixelRatioF())
            painter.drawPixmap(int(rect.left()) + 10, int(rect.center().y()) - SIGN // 2, sign)
        right = self._right(painter, rect.adjusted(0.0, 0.0, -12.0, 0.0), entry)
        text = QRectF(rect.left() + 38.0, rect.top(), right - rect.left() - 50.0, rect.height())
        painter.setPen(QColor(colour))
        painter.setFont(ui_font(10.0, QFont.Weight.Medium))
        words = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, int(text.width()))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _right(self, painter: QPainter, rect: QRectF, entry: PaletteEntry) -> float:
        """Where it belongs and its keys, or why not; returns where that begins."""
        painter.setFont(ui_font(9.0))
        painter.setPen(QColor(self.theme.muted))
        words = entry.why_not or "    ".join(filter(None, (entry.kind, entry.keys)))
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(rect.width() * 0.62))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, flags, words)
        return rect.right() - painter.fontMetrics().horizontalAdvance(words)
