"""Variations without a window: what is asked for, what comes into the list, and what is said of it."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers import variations
from app.controllers.history import History
from app.controllers.making import Making
from app.controllers.takes import TakeController
from app.controllers.variations import VariationController
from app.dialogs.variations import VariationChoice
from app.panels.takes import TakePanel
from engine.library.take_store import TakeStore
from engine.library.takes import Take
from engine.stream.messages import Request
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    """``asked`` holds each request with its seeds and seconds; what is made of it is silence."""

    def __init__(self, qtbot: QtBot, stand: Stand) -> None:
        self.stand, self.actions, self.store = stand, Actions(), TakeStore()
        self.asked: list[tuple[Request, int, float]] = []
        self.panel = TakePanel(self.actions)
        qtbot.addWidget(self.panel)
        self.fronts: list[bool] = []
        self.panel.front_asked.connect(lambda: self.fronts.append(True))
        self.takes = TakeController(
            self.panel,
            self.actions,
            stand.player,
            self.store,
            History(),
            stand.background,  # type: ignore[arg-type]
        )
        self.making = Making(self.panel.progress, self.actions, stand.background)  # type: ignore[arg-type]
        self.controller = VariationController(
            self.panel, self.actions, stand.player, self.takes, stand.catalogue, self.making
        )
        self.made: list[str] = []
        self.reported: list[str] = []
        self.controller.made.connect(self.made.append)
        self.controller.reported.connect(lambda text, _: self.reported.append(text))

    def make(self, request: Request, seeds: list[int], seconds: float, proceed: object, _: int) -> list[Take]:
        self.asked.append((request, len(set(seeds)), seconds))
        preset = self.stand.catalogue.find("free")
        return [dataclasses.replace(make_take(n), preset=preset, group="g") for n in range(len(seeds))]


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Case:
    case = Case(qtbot, stand)
    monkeypatch.setattr(variations, "make_variations", case.make)
    return case


def test_without_a_preset_there_are_none(case: Case) -> None:
    assert case.actions.why_not("variations") == "There is no preset to play."
    case.stand.choose("free")
    assert case.actions.why_not("variations") == ""


def test_they_are_made_from_the_settings_of_now_and_listed_in_order(case: Case) -> None:
    case.stand.choose("free")
    case.stand.player.set_sampling(0.5, 1.0, 0)
    case.controller.make(VariationChoice(3, 7))
    assert case.fronts == [True]
    assert case.actions.why_not("variations") == "3 variations being made; cancel that first"
    case.stand.background.finish_all()
    ((request, seeds, seconds),) = case.asked
    assert (request.params.temperature, seeds, seconds, request.origin) == (0.5, 3, 7, None)
    assert [take.name for take in case.store.takes] == ["Free 3", "Free 2", "Free 1"]
    assert case.made == ["3 variations are in Takes, from “Free 3” on"]


def test_on_from_a_place_they_share_the_take_up_to_it(case: Case) -> None:
    case.stand.choose("free")
    take = case.takes.add(dataclasses.replace(make_take(1), preset=case.stand.catalogue.find("free")))
    case.controller.place = lambda _: 5
    case.controller.make(VariationChoice(2, 1, from_playhead=True))
    case.stand.background.finish_all()
    ((request, _, _),) = case.asked
    assert request.origin is not None
    assert (request.origin.take_id, request.origin.sample) == (take.id, 5)


def test_what_came_last_can_be_heard(case: Case) -> None:
    case.stand.choose("free")
    case.controller.make(VariationChoice(2, 1))
    case.stand.background.finish_all()
    case.controller.listen()
    case.stand.background.finish_all()
    assert case.stand.session.audio == [(16, 16_000)]
    assert case.fronts == [True, True]


def test_a_text_has_none_from_its_beginning(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.stand.choose("free")
    monkeypatch.setattr(case.stand.player, "speech", SimpleNamespace(on=True, why_not=""))
    case.controller.make(VariationChoice(2, 1))
    assert case.reported == [
        "A text has no variations from its beginning: make them on from a place in a take that says it"
    ]
    assert case.asked == []
