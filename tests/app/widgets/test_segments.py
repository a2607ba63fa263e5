"""Buttons of which one is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.segments import Segments

CHOICES = ((False, "Play", "Play music"), (True, "Speak", "Say a text"))


@pytest.fixture
def segments(qtbot: QtBot, dressed: QApplication) -> Segments:
    segments = Segments(CHOICES, "Mode")
    qtbot.addWidget(segments)
    return segments


def test_nothing_is_chosen_at_first_and_then_one_at_a_time(segments: Segments) -> None:
    assert segments.value is None
    for value in (True, False):
        segments.choose(value)
        assert segments.value is value
        assert [button.isChecked() for button in segments.buttons.values()] == [not value, value]


def test_a_press_is_told_even_of_what_is_chosen_and_a_choice_is_not(segments: Segments) -> None:
    told: list[object] = []
    segments.pressed.connect(told.append)
    segments.choose(True)
    assert told == []
    for value in (True, False, False):
        segments.buttons[value].click()
    assert told == [True, False, False]


def test_each_button_says_what_it_is_for(segments: Segments) -> None:
    button = segments.buttons[True]
    assert (button.accessibleName(), button.toolTip()) == ("Speak", "Say a text")
    assert segments.accessibleName() == "Mode"
