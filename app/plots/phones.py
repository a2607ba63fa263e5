"""Phones that were heard, written along the foot of a wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.plots.base import label_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.plots.time_plot import TimePlot
    from engine.speech.recognition.recogniser import FoundPhone

FOOT = 15.0
"""Points under the wave that they take."""
SILENCE = "sil"
"""What a pause is called, which is not written."""


def draw_phones(plot: TimePlot, painter: QPainter, phones: Sequence[FoundPhone]) -> None:
    """Each phone between its edges, its name where there is room for it."""
    view, width, base = plot.axis.view, plot.width(), plot.height() - FOOT
    ground = QColor(plot.theme.surface)
    ground.setAlphaF(0.85)
    painter.fillRect(QRectF(0.0, base, width, FOOT), ground)
    painter.fillRect(QRectF(0.0, base, width, 1.0), QColor(plot.theme.line))
    edge = QColor(plot.theme.strong_line)
    for phone in phones:
        if phone.end_s < view.start_s or phone.start_s > view.start_s + view.span_s:
            continue
        left, right = view.x(phone.start_s, width), view.x(phone.end_s, width)
        if right - left >= 3.0:
            painter.fillRect(QRectF(right, base, 1.0, FOOT), edge)
        if phone.name != SILENCE and right - left >= label_width(phone.name) + 1.0:
            plot.label(painter, phone.name, (left + right - label_width(phone.name)) / 2.0, plot.height())
