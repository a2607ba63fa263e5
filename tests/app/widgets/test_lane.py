from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.lane import Lane, LaneStack


@pytest.fixture
def stack(qtbot: QtBot, dressed: QApplication) -> LaneStack:
    stack = LaneStack()
    qtbot.addWidget(stack)
    for name in ("score", "wave", "odds"):
        lane = Lane(name)
        lane.finish_header()
        stack.add(name, lane, 1)
    stack.resize(400, 400)
    stack.show()
    return stack


def seen(stack: LaneStack) -> list[str]:
    return [lane.accessibleName() for lane in map(stack.widget, range(stack.count())) if not lane.isHidden()]


def lane(stack: LaneStack, name: str) -> Lane:
    return next(lane for lane in stack.findChildren(Lane) if lane.accessibleName() == name)


def test_an_eye_hides_its_lane_and_it_can_be_shown_again(qtbot: QtBot, stack: LaneStack) -> None:
    with qtbot.waitSignal(stack.changed, timeout=1_000):
        lane(stack, "wave").eye.click()
    assert seen(stack) == ["score", "odds"]
    assert stack.hidden == {"wave"}
    stack.show_lane("wave", True)
    assert seen(stack) == ["score", "wave", "odds"]


def test_a_double_click_on_a_title_fills_the_stack_and_another_brings_the_rest_back(
    qtbot: QtBot, stack: LaneStack
) -> None:
    title = lane(stack, "wave").heading
    qtbot.mouseDClick(title, Qt.MouseButton.LeftButton)
    assert seen(stack) == ["wave"]
    qtbot.mouseDClick(title, Qt.MouseButton.LeftButton)
    assert seen(stack) == ["score", "wave", "odds"]


def test_a_lane_without_anything_in_it_is_not_seen_whatever_the_user_wants(stack: LaneStack) -> None:
    stack.set_available("score", False)
    assert seen(stack) == ["wave", "odds"]
    stack.maximise("score")
    assert seen(stack) == ["wave", "odds"]
    stack.maximise("score")
    stack.set_available("score", True)
    assert seen(stack) == ["score", "wave", "odds"]
