"""The list of takes without a window: panel, store and player."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.history import History
from app.controllers.takes import TakeController
from app.panels.takes import TakePanel
from engine.library.take_store import TakeStore
from engine.stream.messages import Ready
from engine.stream.states import State
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand) -> None:
        self.stand, self.actions, self.store = stand, Actions(), TakeStore()
        self.history = History()
        self.panel = TakePanel(self.actions)
        qtbot.addWidget(self.panel)
        self.controller = TakeController(
            self.panel,
            self.actions,
            stand.player,
            self.store,
            self.history,
            stand.background,
        )
        self.reported: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))
        self.controller.deleted.connect(self.deleted.append)


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand) -> Case:
    return Case(qtbot, stand)


def test_the_panel_shows_the_stores_takes_and_how_each_was_made(case: Case) -> None:
    case.controller.add(make_take(1))
    case.controller.add(make_take(2))
    assert [item.name for item in case.panel.items] == ["Piano 2", "Piano 1"]
    assert case.panel.items[0].detail == "Piano · seed 2 · cpu"
    assert case.panel.items[0].length == "0:00"


def test_without_a_take_no_action_is_offered_and_each_says_why(case: Case) -> None:
    for name in ("take_play", "take_apply", "take_star", "take_rename", "take_delete"):
        assert not case.actions[name].isEnabled()
        assert "no take yet" in case.actions[name].toolTip()


def test_a_take_is_renamed_starred_deleted_and_brought_back(case: Case) -> None:
    take = case.store.takes[0] if case.store.takes else None
    assert take is None
    case.controller.add(make_take(1))
    case.panel.renamed.emit("1", "Keeper")
    case.actions["take_star"].trigger()
    assert [(item.name, item.starred) for item in case.panel.items] == [("Keeper", True)]
    case.actions["take_delete"].trigger()
    assert (case.panel.items, case.deleted) == ([], ["“Keeper”"])
    case.history.undo()
    assert [item.name for item in case.panel.items] == ["Keeper"]


def test_deleting_the_take_that_plays_stops_it(case: Case) -> None:
    case.controller.add(make_take(1))
    case.actions["take_play"].trigger()
    assert case.panel.items[0].playing
    assert case.actions["take_play"].text() == "Stop take"
    case.actions["take_delete"].trigger()
    assert case.stand.session.now.state is State.IDLE


def test_settings_of_a_take_whose_replay_may_differ_come_with_a_warning(case: Case) -> None:
    take = dataclasses.replace(make_take(1), preset=case.stand.catalogue.find("free"))
    case.controller.add(take)
    case.controller.ready(Ready("band", "another", "cpu", "1"))
    assert "has changed since" in case.panel.items[0].warning
    case.actions["take_apply"].trigger()
    ((text, kind),) = case.reported
    assert kind == "warning"
    assert "Space plays it, but a replay may differ" in text


def test_all_selected_takes_are_deleted_at_once_and_come_back_where_they_stood(case: Case) -> None:
    for number in range(1, 5):
        case.controller.add(make_take(number))
    case.panel.list.selectAll()
    row = case.panel.list.model().index(1, 0)
    case.panel.list.selectionModel().select(row, case.panel.list.selectionModel().SelectionFlag.Deselect)
    case.actions["take_delete"].trigger()
    assert [item.id for item in case.panel.items] == ["3"]
    assert (case.deleted, case.history.next_undo) == (["3 takes"], "deleting 3 takes")
    case.history.undo()
    assert [item.id for item in case.panel.items] == ["4", "3", "2", "1"]
    case.history.redo()
    assert [item.id for item in case.panel.items] == ["3"]


def test_names_and_stars_go_back_and_forth(case: Case) -> None:
    case.controller.add(make_take(1))
    case.panel.renamed.emit("1", "Keeper")
    case.actions["take_star"].trigger()
    seen = []
    for act in (case.history.undo, case.history.undo, case.history.redo, case.history.redo):
        act()
        seen.append((case.panel.items[0].name, case.panel.items[0].starred))
    assert seen == [("Keeper", False), ("Piano 1", False), ("Keeper", False), ("Keeper", True)]


def test_the_button_of_the_message_brings_the_take_back_though_something_else_was_done_since(
    case: Case,
) -> None:
    case.controller.add(make_take(1))
    case.controller.add(make_take(2))
    case.actions["take_delete"].trigger()
    case.panel.renamed.emit("1", "Keeper")
    case.controller.undo_delete()
    assert [item.name for item in case.panel.items] == ["Piano 2", "Keeper"]
    case.controller.undo_delete()  # once is enough
    assert case.history.next_undo == "renaming “Keeper”"
