from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.flow import FlowArea


def area_of(qtbot: QtBot, count: int) -> tuple[FlowArea, list[QWidget]]:
    area = FlowArea(spacing=10)
    qtbot.addWidget(area)
    boxes = []
    for _ in range(count):
        box = QWidget()
        box.setFixedSize(50, 20)
        area.add(box)
        boxes.append(box)
    area.show()
    return area, boxes


def test_widgets_fill_a_line_and_then_the_next(qtbot: QtBot) -> None:
    area, boxes = area_of(qtbot, 3)
    area.resize(120, area.height())
    qtbot.waitUntil(lambda: boxes[2].y() == 30, timeout=1_000)
    assert [(box.x(), box.y()) for box in boxes] == [(0, 0), (60, 0), (0, 30)]
    assert area.height() == 50


def test_a_wider_area_is_lower(qtbot: QtBot) -> None:
    area, boxes = area_of(qtbot, 3)
    area.resize(400, area.height())
    qtbot.waitUntil(lambda: boxes[2].x() == 120, timeout=1_000)
    assert area.height() == 20
