"""What the rows of every list have alike: a ground, and lines of words that are cut where room ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.look.colours import Theme
from app.look.theme import ui_font

ROUND = 8.0
"""Radius of a row's corners."""
ROOM_FOR_ALL = 10_000
"""Points: no line is cut in so many."""


def paint_ground(
    painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, theme: Theme, *, lit: bool = False
) -> None:
    """Behind a row that is selected or ``lit``; around one that is selected and has the keyboard, a ring."""
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or lit:
        painter.setBrush(QColor(theme.hover if selected else theme.raised))
        painter.drawRoundedRect(rect, ROUND, ROUND)
    if selected and option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(theme.accent), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, ROUND, ROUND)


def paint_words(
    painter: QPainter,
    rect: QRectF,
    words: str,
    size: float,
    colour: str,
    *,
    medium: bool = False,
    right: bool = False,
) -> float:
    """One line in the middle of ``rect``, at its left or ``right`` end; returns the width it takes.

    ``size``: of the type, in points; ``medium``: whether it is a little heavier.
    """
    line = line_of(words, size, medium=medium)
    if line.width > rect.width():
        line = line_of(words, size, max(0, int(rect.width())), medium=medium)
    painter.setFont(line.font)
    painter.setPen(QColor(colour))
    left = rect.right() - line.width if right else rect.left()
    painter.drawStaticText(QPointF(left, rect.center().y() - line.height / 2.0), line.text)
    return line.width


@dataclass(frozen=True)
class Line:
    """A line of words that was cut and set."""

    text: QStaticText
    font: QFont
    width: float
    height: float
    """Points."""


@lru_cache(maxsize=512)
def line_of(words: str, size: float, room: int = ROOM_FOR_ALL, *, medium: bool) -> Line:
    """``words`` in ``room`` points, set once: cutting and shaping takes four times as long as painting."""
    font = ui_font(size, QFont.Weight.Medium if medium else QFont.Weight.Normal)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    text = QStaticText(shown)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.prepare(font=font)
    return Line(text, font, metrics.horizontalAdvance(shown), metrics.height())
