"""How deep a take's row is indented."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect

from app.widgets.take_row import TakeItem, button_at, indented

ROW = QRect(0, 0, 300, 44)


def test_a_fork_has_its_buttons_further_right_and_its_star_where_all_have_it() -> None:
    child, root = TakeItem("b", "B", "", "0:01", depth=2), TakeItem("a", "A", "", "0:01")
    play = QPoint(10, 20)
    assert button_at(indented(ROW, root), play) == "play"
    assert button_at(indented(ROW, child), play) == ""
    assert button_at(indented(ROW, child), play + QPoint(28, 0)) == "play"
    for item in (root, child):
        assert button_at(indented(ROW, item), QPoint(280, 20)) == "star"


def test_however_deep_it_is_there_is_room_for_the_name() -> None:
    deep = TakeItem("z", "Z", "", "0:01", depth=900)
    assert indented(ROW, deep).width() > 200
