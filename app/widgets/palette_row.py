"""How one entry of the command palette looks: a sign, what it does, its keys, or why it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.widgets.row_painting import paint_ground, paint_words

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
        paint_ground(painter, rect, option, theme)
        colour = theme.muted if entry.why_not else theme.text
        if entry.icon:
            sign = pixmap(entry.icon, colour, SIGN, painter.device().devicePixelRatioF())
            painter.drawPixmap(int(rect.left()) + 10, int(rect.center().y()) - SIGN // 2, sign)
        right = self._right(painter, rect.adjusted(0.0, 0.0, -12.0, 0.0), entry)
        text = QRectF(rect.left() + 38.0, rect.top(), right - rect.left() - 50.0, rect.height())
        paint_words(painter, text, entry.text, 10.0, colour, medium=True)
        painter.restore()

    def _right(self, painter: QPainter, rect: QRectF, entry: PaletteEntry) -> float:
        """Where it belongs and its keys, or why not; returns where that begins."""
        words = entry.why_not or "    ".join(filter(None, (entry.kind, entry.keys)))
        room = rect.adjusted(0.38 * rect.width(), 0.0, 0.0, 0.0)
        return rect.right() - paint_words(painter, room, words, 9.0, self.theme.muted, right=True)
