from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.panels.messages import MessageBar


@pytest.fixture
def bar(qtbot: QtBot, dressed: QApplication) -> Iterator[MessageBar]:
    below = QWidget()
    below.resize(600, 400)
    bar = MessageBar(below)
    qtbot.addWidget(below)
    below.show()
    yield bar
    bar.clear()


def test_a_message_is_shown_and_can_be_closed(bar: MessageBar) -> None:
    bar.tell("The disk is full", "error")
    assert bar.isVisible()
    assert bar.accessibleName() == "error: The disk is full"
    bar.close_button.click()
    assert bar.isHidden()


def test_a_message_lies_inside_its_lower_edge_however_long_it_is_and_follows_it(bar: MessageBar) -> None:
    below = bar.parentWidget()
    for text in ("Saved", "On and on " * 40):
        bar.tell(text, "warning")
        for size in ((600, 400), (420, 300)):
            below.resize(*size)
            assert below.rect().contains(bar.geometry())
            assert bar.geometry().bottom() == below.height() - 13
            assert bar.text.height() >= bar.text.heightForWidth(bar.text.width())


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
