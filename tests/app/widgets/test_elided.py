from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.widgets.elided import ElidedLabel

LONG = "A very long name that nobody can read at once " * 3


def test_it_gives_way_and_keeps_the_whole_text_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.grab()
    assert label.minimumSizeHint().width() < 120
    assert label.shown.endswith("…")
    assert label.toolTip() == LONG


def test_where_there_is_room_there_is_no_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("Short")
    qtbot.addWidget(label)
    label.resize(300, 20)
    label.grab()
    assert (label.shown, label.toolTip()) == ("Short", "")
