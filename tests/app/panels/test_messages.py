from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.messages import MessageBar


@pytest.fixture
def bar(qtbot: QtBot, dressed: QApplication) -> Iterator[MessageBar]:
    bar = MessageBar()
    qtbot.addWidget(bar)
    yield bar
    bar.clear()


def test_a_message_is_shown_and_can_be_closed(bar: MessageBar) -> None:
    bar.tell("The disk is full", "error")
    assert bar.isVisible()
    assert bar.accessibleName() == "error: The disk is full"
    bar.close_button.click()
    assert bar.isHidden()


def test_its_button_does_what_it_says_and_closes(bar: MessageBar) -> None:
    done: list[bool] = []
    bar.tell("Deleted", button="Undo", act=lambda: done.append(True))
    bar.button.click()
    assert done == [True]
    assert bar.isHidden()


def test_a_message_without_a_button_has_none(bar: MessageBar) -> None:
    bar.tell("Deleted", button="Undo", act=lambda: None)
    bar.tell("Saved")
    assert bar.button.isHidden()
