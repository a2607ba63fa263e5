from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.keep_button import KeepButton


def test_a_click_keeps_and_the_arrow_asks_and_says_why_it_cannot(qtbot: QtBot, dressed: QApplication) -> None:
    keep, ask = QAction("Keep"), QAction("Keep as …")
    pressed: list[str] = []
    keep.triggered.connect(lambda: pressed.append("keep"))
    ask.triggered.connect(lambda: pressed.append("ask"))
    button = KeepButton(keep, ask)
    qtbot.addWidget(button)
    button.show()
    for part in (button.button, button.arrow):
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
    assert pressed == ["keep", "ask"]
    ask.setToolTip("There is no take yet")
    ask.setEnabled(False)
    assert not button.arrow.isEnabled()
    assert (button.arrow.toolTip(), button.arrow.accessibleName()) == ("There is no take yet", "Keep as …")
