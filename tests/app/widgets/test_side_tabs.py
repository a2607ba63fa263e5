from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.side_tabs import SideTabs


def test_one_panel_is_seen_at_a_time_until_there_is_room_for_both(
    qtbot: QtBot, dressed: QApplication
) -> None:
    sounds, takes = QWidget(), QWidget()
    tabs = SideTabs((("Sounds", "tip", sounds), ("Takes", "tip", takes)))
    qtbot.addWidget(tabs)
    tabs.show()
    assert (sounds.isVisible(), takes.isVisible()) == (True, False)
    tabs.segments.buttons[1].click()
    assert (sounds.isVisible(), takes.isVisible(), tabs.current) == (False, True, 1)
    tabs.set_side_by_side(True)
    assert (sounds.isVisible(), takes.isVisible(), tabs.segments.isVisible()) == (True, True, False)
    tabs.set_side_by_side(False)
    assert (sounds.isVisible(), takes.isVisible()) == (False, True)
