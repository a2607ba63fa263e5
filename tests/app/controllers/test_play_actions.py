"""Play, stop and pause without a window: what each is called, and why it cannot be done."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.controllers.play_actions import PlayActions
from engine.stream.states import State
from tests.app.controllers.conftest import Stand


class Case:
    def __init__(self, stand: Stand) -> None:
        self.stand, self.actions, self.transport = stand, Actions(), Mock()
        self.controller = PlayActions(self.transport, self.actions, stand.player)

    def shown(self, state: State) -> tuple[str, bool]:
        """What Play is called in that state, and whether the round button means to stop."""
        self.stand.session.to(state)
        self.controller.show()
        return self.actions["play"].text(), self.transport.show_stop.call_args.args[0]


@pytest.fixture
def case(dressed: QApplication, stand: Stand) -> Case:
    return Case(stand)


@pytest.mark.parametrize(
    ("state", "name", "stops"),
    [
        (State.IDLE, "Play", False),
        (State.PREPARING, "Stop", True),
        (State.BUFFERING, "Stop", True),
        (State.PLAYING, "Stop", True),
        (State.PAUSED, "Go on", False),
        (State.PLAYBACK, "Stop", True),
    ],
)
def test_play_is_called_what_it_does(case: Case, state: State, name: str, stops: bool) -> None:
    case.stand.choose("free")
    assert case.shown(state) == (name, stops)
    assert case.actions["pause"].isChecked() == (state is State.PAUSED)


def test_without_a_preset_nothing_can_be_played_and_that_is_said(case: Case) -> None:
    case.shown(State.IDLE)
    assert case.actions.why_not("play") == case.actions.why_not("new_take") == "There is no preset to play"
    assert case.actions.why_not("stop") == case.actions.why_not("pause") == "Nothing is playing"
    case.stand.choose("free")
    case.shown(State.IDLE)
    assert case.actions.why_not("play") == ""
    assert "Play “Free”" in case.actions["play"].toolTip()


def test_the_commands_play_pause_and_stop(case: Case) -> None:
    case.stand.choose("free")
    case.shown(State.IDLE)
    case.actions["play"].trigger()
    assert len(case.stand.session.requests) == 1
    case.shown(State.PLAYING)
    case.actions["pause"].trigger()
    assert case.stand.player.state is State.PAUSED
    case.shown(State.PAUSED)
    case.actions["stop"].trigger()
    assert case.stand.player.state is State.IDLE
