from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.widgets.number import NumberRow


@pytest.fixture
def row(qtbot: QtBot) -> NumberRow:
    row = NumberRow("Temperature", "Low: cold. High: hot.", low=0.0, high=2.0, step=0.01, default=0.9)
    qtbot.addWidget(row)
    row.show()
    return row


def test_a_typed_value_moves_the_slider_and_is_told_once(qtbot: QtBot, row: NumberRow) -> None:
    heard: list[float] = []
    row.changed.connect(heard.append)
    row.box.setFocus()
    row.box.selectAll()
    qtbot.keyClicks(row.box, "1.25")
    assert heard == []
    qtbot.keyClick(row.box, Qt.Key.Key_Return)
    assert heard == [1.25]
    assert row.slider.real == pytest.approx(1.25)


def test_the_slider_moves_the_number(row: NumberRow) -> None:
    heard: list[float] = []
    row.changed.connect(heard.append)
    row.slider.setValue(150)
    assert row.value == pytest.approx(1.5)
    assert heard == [1.5]


def test_a_double_click_on_the_slider_goes_back_to_the_default(qtbot: QtBot, row: NumberRow) -> None:
    row.set_value(1.7)
    qtbot.mouseDClick(row.slider, Qt.MouseButton.LeftButton, pos=QPoint(5, 10))
    assert row.value == pytest.approx(0.9)


def test_the_number_has_room_to_be_read(qtbot: QtBot, row: NumberRow) -> None:
    edit = row.box.lineEdit()
    assert edit.width() >= edit.fontMetrics().horizontalAdvance("2.00")


def test_tooltip_and_accessible_name_say_what_it_is(row: NumberRow) -> None:
    assert "High: hot" in row.slider.toolTip()
    assert row.slider.accessibleName() == "Temperature slider"
    assert row.box.accessibleName() == "Temperature value"
