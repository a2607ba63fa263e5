"""Edited changes without a window: the lane, the take that is shown, and the take that is made of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers import change_editing
from app.controllers.change_editing import ChangeEditor
from app.controllers.history import History
from app.controllers.making import Making
from app.controllers.takes import TakeController
from app.panels.takes import TakePanel
from app.plots.axis import TimeAxis
from app.plots.change_lanes import ChangeLanes
from engine.library.control_events import ControlEvent
from engine.library.take_store import TakeStore
from engine.library.takes import Take
from tests.app.controllers.conftest import Stand
from tests.takes import make_take

HOT = ControlEvent(4, "temperature", 1.5)


class Case:
    """A take of 16 samples is shown, in which the temperature was moved once; ``asked``: other events."""

    def __init__(self, qtbot: QtBot, stand: Stand) -> None:
        self.stand, self.actions, self.history = stand, Actions(), History()
        self.panel, self.plot = TakePanel(self.actions), ChangeLanes(TimeAxis())
        for widget in (self.panel, self.plot):
            qtbot.addWidget(widget)
        self.takes = TakeController(
            self.panel,
            self.actions,
            stand.player,
            TakeStore(),
            self.history,
            stand.background,  # type: ignore[arg-type]
        )
        self.asked: list[tuple[ControlEvent, ...]] = []
        self.reported: list[str] = []
        self.controller = ChangeEditor(
            self.plot,
            self.panel,
            self.actions,
            self.takes,
            stand.catalogue,
            self.history,
            Making(self.panel.progress, self.actions, stand.background),  # type: ignore[arg-type]
        )
        self.controller.reported.connect(lambda text, _: self.reported.append(text))
        take = dataclasses.replace(make_take(1), preset=stand.catalogue.find("free"), events=(HOT,))
        self.take = self.takes.add(take)
        self.controller.show(self.take)

    def make(
        self, take: Take, events: tuple[ControlEvent, ...], model: object, proceed: Callable[[float], bool]
    ) -> Take | None:
        self.asked.append(events)
        made = dataclasses.replace(take, id="made", name="", events=events, parent=take.id, parent_sample=8)
        return made if proceed(0.5) else None

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Those of the temperature."""
        return self.plot.rows[0].points


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Case:
    case = Case(qtbot, stand)
    monkeypatch.setattr(change_editing, "make_changed", case.make)
    return case


def test_what_was_moved_is_shown_and_nothing_can_be_made_of_it_yet(case: Case) -> None:
    assert (case.plot.rows[0].title, case.points) == ("temperature", ((4 / 16_000, 1.5),))
    assert case.actions.why_not("make_changed").startswith("Nothing is changed")
    case.controller.show(None)
    assert case.plot.rows == ()
    assert case.actions.why_not("make_changed") == "Select a take first"


def test_a_point_that_is_moved_added_or_removed_can_be_taken_back(case: Case) -> None:
    case.plot.point_moved.emit(0, 0, 8 / 16_000, 0.7)
    assert case.points == ((8 / 16_000, 0.7),)
    case.plot.point_added.emit(0, 12 / 16_000, 0.2)
    assert case.points == ((8 / 16_000, 0.7), (12 / 16_000, 0.2))
    case.plot.point_removed.emit(0, 0)
    assert case.points == ((12 / 16_000, 0.2),)
    assert case.actions.why_not("make_changed") == ""
    for _ in range(3):
        case.history.undo()
    assert case.points == ((4 / 16_000, 1.5),)
    assert case.actions.why_not("make_changed") != ""


def test_edits_stay_with_their_take_until_it_is_made_again(case: Case) -> None:
    case.plot.point_moved.emit(0, 0, 8 / 16_000, 0.7)
    case.controller.show(None)
    case.controller.show(case.take)
    assert case.points == ((8 / 16_000, 0.7),)
    case.actions["make_changed"].trigger()
    case.stand.background.finish_all()
    assert case.asked == [(ControlEvent(8, "temperature", 0.7),)]
    assert [take.name for take in case.takes.store.takes] == ["Free 2", "Free 1"]
    assert case.reported == ["“Free 2” is “Free 1” with other changes from 0.00 s on"]
    assert case.points == ((4 / 16_000, 1.5),)


def test_what_is_cancelled_is_not_kept(case: Case) -> None:
    case.plot.point_removed.emit(0, 0)
    case.controller.make()
    case.actions["cancel_making"].trigger()
    case.stand.background.finish_all()
    assert case.reported == ["Cancelled; nothing was kept"]
    assert len(case.takes.store.takes) == 1
    assert case.points == ()
