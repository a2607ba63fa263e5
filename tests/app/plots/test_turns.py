"""That pictures of a window that is resized are drawn anew one at a time, however often it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimerEvent
from pytestqt.qtbot import QtBot

from app.plots.turns import Turns


class Plot:
    def __init__(self, drawn: list[str], name: str) -> None:
        self._drawn, self._name = drawn, name

    def catch_up(self) -> None:
        self._drawn.append(self._name)


@pytest.fixture
def turns(qtbot: QtBot) -> Turns:
    return Turns()


def test_however_often_a_picture_asks_it_has_one_turn_in_the_order_in_which_they_asked(
    qtbot: QtBot, turns: Turns
) -> None:
    drawn: list[str] = []
    plots = [Plot(drawn, name) for name in "abc"]
    for _ in range(5):
        for plot in plots:
            turns.ask(plot)
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 3, timeout=5_000)
    qtbot.wait(60)
    assert drawn == ["a", "b", "c"]


def test_each_turn_is_an_event_of_its_own_so_that_others_come_between(qtbot: QtBot, turns: Turns) -> None:
    drawn: list[str] = []
    for name in "abc":
        turns.ask(Plot(drawn, name))
    event = QTimerEvent(turns._timer or 0)
    for done in ("a", "ab", "abc"):
        turns.timerEvent(event)
        assert "".join(drawn) == done


def test_what_leaves_has_no_turn_and_once_all_have_left_no_timer_runs(qtbot: QtBot, turns: Turns) -> None:
    drawn: list[str] = []
    plots = [Plot(drawn, "a"), Plot(drawn, "b")]
    for plot in plots:
        turns.ask(plot)
    turns.leave(plots[0])
    assert turns._timer is not None
    turns.leave(plots[1])
    assert turns._timer is None
    turns.ask(plots[1])
    qtbot.waitUntil(lambda: drawn == ["b"], timeout=5_000)
