from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.columns import LEFT, MIDDLE, RIGHT, Columns


@pytest.fixture
def columns(qtbot: QtBot, dressed: QApplication) -> Columns:
    columns = Columns(QWidget(), QWidget(), QWidget(), room_for_all=1000)
    qtbot.addWidget(columns)
    columns.resize(1200, 300)
    columns.show()
    return columns


def seen(columns: Columns) -> list[int]:
    return [side for side in (LEFT, MIDDLE, RIGHT) if columns.shows(side)]


def test_with_room_all_are_seen_and_without_it_one_side(columns: Columns) -> None:
    assert seen(columns) == [LEFT, MIDDLE, RIGHT]
    columns.resize(900, 300)
    assert seen(columns) == [LEFT, MIDDLE]
    columns.show_side(RIGHT, True)
    assert seen(columns) == [MIDDLE, RIGHT]
    columns.show_side(RIGHT, False)
    assert seen(columns) == [MIDDLE]
    columns.resize(1200, 300)
    assert seen(columns) == [LEFT, MIDDLE]


def test_a_side_that_was_folded_comes_back_with_the_room(columns: Columns) -> None:
    columns.resize(900, 300)
    columns.show_side(RIGHT, True)
    columns.resize(1200, 300)
    assert seen(columns) == [LEFT, MIDDLE, RIGHT]


def test_what_comes_or_goes_is_told(qtbot: QtBot, columns: Columns) -> None:
    with qtbot.waitSignal(columns.folded, timeout=1_000):
        columns.resize(900, 300)
    with qtbot.assertNotEmitted(columns.folded):
        columns.resize(880, 300)
