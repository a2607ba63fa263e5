"""Work that is done aside: one piece at a time, told how far it is, ended when it is asked to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.making import Making
from app.widgets.progress_line import ProgressLine
from tests.app.controllers.fakes import HeldBackground

Proceed = Callable[[float], bool]


class Case:
    def __init__(self, qtbot: QtBot) -> None:
        self.actions, self.background = Actions(), HeldBackground()
        self.line = ProgressLine(self.actions["cancel_making"])
        qtbot.addWidget(self.line)
        self.making = Making(self.line, self.actions, self.background)  # type: ignore[arg-type]
        self.done: list[object] = []
        self.failed: list[str] = []

    def start(self, work: Callable[[Proceed], object], text: str = "A thing") -> None:
        self.making.start(text, work, self.done.append, self.failed.append)


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication) -> Case:
    return Case(qtbot)


def test_work_is_shown_until_its_result_comes(case: Case) -> None:
    assert case.line.isHidden()
    case.start(lambda proceed: proceed(0.5))
    assert not case.line.isHidden()
    assert case.line.text.text() == "A thing: getting ready"
    assert case.making.why_not == "A thing being made; cancel that first"
    case.background.finish()
    assert case.done == [True]
    assert case.line.isHidden()
    assert case.making.why_not == ""


def test_a_second_piece_of_work_is_refused_and_the_first_goes_on(case: Case) -> None:
    case.start(lambda proceed: 1)
    case.start(lambda proceed: 2, "Another")
    assert case.failed == ["A thing being made; cancel that first"]
    case.background.finish_all()
    assert case.done == [1]


def test_who_works_is_told_to_end_and_says_what_there_is(case: Case) -> None:
    assert case.actions.why_not("cancel_making") == "Nothing is being made aside"
    case.start(lambda proceed: [share for share in (0.1, 0.2) if proceed(share)])
    case.actions["cancel_making"].trigger()
    case.background.finish()
    assert case.done == [[]]


def test_after_all_is_closed_nobody_is_told(case: Case) -> None:
    case.start(lambda proceed: proceed(0.0))
    case.making.stop()
    case.making.stop()
    case.background.finish()
    assert (case.done, case.failed) == ([], [])
