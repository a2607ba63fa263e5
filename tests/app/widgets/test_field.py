"""Keys that belong to whoever types: the window's shortcuts and the list behind get none of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.field import Field
from app.widgets.number import NumberBox


class Behind(QWidget):
    """A window whose Escape and Return do something."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: list[str] = []
        for key in ("Escape", "Return"):
            action = QAction(key, self)
            action.setShortcut(key)
            action.triggered.connect(lambda _=False, key=key: self.reached.append(f"shortcut {key}"))
            self.addAction(action)
        self.field, self.number = Field(), NumberBox(0.0, 2.0, 0.1, 2, " x")
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.reached.append(f"key {event.key()}")


@pytest.fixture
def behind(qtbot: QtBot) -> Behind:
    window = Behind()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    return window


def test_the_window_hears_the_keys_where_nobody_types(qtbot: QtBot, behind: Behind) -> None:
    qtbot.keyClick(behind, Qt.Key.Key_Escape)
    assert behind.reached == ["shortcut Escape"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("name", ["field", "number"])
def test_return_and_escape_stay_with_who_types(qtbot: QtBot, behind: Behind, name: str, key: Qt.Key) -> None:
    typed = getattr(behind, name)
    typed.setFocus()
    qtbot.keyClick(typed, key)
    assert behind.reached == []


def test_escape_is_told_and_return_too(qtbot: QtBot, behind: Behind) -> None:
    behind.field.setFocus()
    with qtbot.waitSignal(behind.field.escaped, timeout=1_000):
        qtbot.keyClick(behind.field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(behind.field.returnPressed, timeout=1_000):
        qtbot.keyClick(behind.field, Qt.Key.Key_Return)


def test_escape_takes_a_half_typed_number_back(qtbot: QtBot, behind: Behind) -> None:
    behind.number.setValue(1.5)
    told: list[float] = []
    behind.number.valueChanged.connect(told.append)
    behind.number.setFocus()
    behind.number.selectAll()
    qtbot.keyClicks(behind.number, "0.7")
    qtbot.keyClick(behind.number, Qt.Key.Key_Escape)
    assert not behind.number.hasFocus()
    assert (behind.number.value(), told) == (1.5, [])
    assert behind.number.text() == "1.50 x"
