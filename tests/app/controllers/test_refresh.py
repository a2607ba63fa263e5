"""What the display makes of a session's figures, without a window; its panels keep what they are told."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from PySide6.QtWidgets import QApplication

from app.controllers.refresh import Display
from engine.stream.messages import Status
from engine.stream.states import State
from tests.app.controllers.fakes import FakeSession

RATE = 16_000


class Case:
    def __init__(self) -> None:
        self.session = FakeSession()
        stage = SimpleNamespace(**{name: Mock() for name in ("wave", "entropy")})
        stage.wave.shows_sound = False
        names = ("meter", "transport", "status")
        self.panels = SimpleNamespace(**{name: Mock() for name in names}, stage=stage)
        self.display = Display(self.session, self.panels)
        self.positions: list[float] = []
        self.changes: list[str] = []
        self.display.position_changed.connect(self.positions.append)
        self.display.state_changed.connect(lambda: self.changes.append(str(self.session.now.state)))

    def words(self) -> str:
        self.display.text()
        return str(self.panels.transport.set_state.call_args.args[0])

    def hint(self) -> str:
        self.display.text()
        return str(self.panels.stage.wave.set_hint.call_args.args[0])


@pytest.fixture
def case(qapp: QApplication) -> Case:
    return Case()


def test_every_look_is_told_with_the_place_in_the_take(case: Case) -> None:
    looks: list[Status] = []
    case.display.looked.connect(looks.append)
    case.session.to(State.PLAYING, request_id=2, sample_rate=RATE, played=RATE // 2, generated=2 * RATE)
    case.display.frame()
    assert looks == [case.session.now]
    assert case.positions == [0.5]
    case.panels.transport.set_time.assert_called_with("0:00.5")


def test_the_entropy_is_said_before_and_after_shaping_and_not_while_nothing_is_drawn(case: Case) -> None:
    said: list[str] = []
    case.panels.stage.entropy.setText = said.append
    case.panels.stage.entropy.text = lambda: said[-1] if said else ""
    for bits in ((3.4, 3.2), (2.0, 2.0), None):
        case.display.bits = lambda bits=bits: bits  # type: ignore[misc]
        case.display.text()
    assert said == ["3.40 → 3.20 bits", "2.00 bits", ""]


def test_without_a_sound_there_is_no_position(case: Case) -> None:
    case.display.frame()
    assert case.positions == [-1.0]


@pytest.mark.parametrize(
    ("state", "words", "busy", "stops"),
    [
        ("idle", "Ready", False, False),
        ("preparing", "Preparing …", True, True),
        ("buffering", "Buffering 1.0 of 2.0 s", True, True),
        ("playing", "Playing", False, True),
        ("paused", "Paused", False, False),
        ("playback", "Playing back", False, True),
    ],
)
def test_every_state_is_said(case: Case, state: str, words: str, busy: bool, stops: bool) -> None:
    message = "buffering 1.0 of 2.0 s" if state == "buffering" else "speaker unknown"
    case.session.to(State(state), message=message)
    assert case.words() == words
    assert case.panels.transport.set_state.call_args.kwargs == {"busy": busy}
    case.panels.transport.show_stop.assert_called_with(stops)


def test_what_is_prepared_and_what_is_played_back_go_by_their_names(case: Case) -> None:
    case.session.to(State.PREPARING)
    case.display.say_preparing("preparing model tones")
    assert case.words() == "Preparing model tones"
    case.session.to(State.PLAYBACK)
    case.display.name_playback("Clip of “Calm”")
    assert case.words() == "Clip of “Calm”"


def test_an_empty_waveform_says_how_to_begin_and_a_flat_one_why(case: Case) -> None:
    assert case.hint() == "Press Space to play"
    case.session.to(State.PREPARING)
    case.display.say_preparing("preparing model tones")
    assert case.hint() == "Preparing model tones"
    case.session.to(State.PLAYING)
    assert case.hint() == ""
    case.session.volume = 0.0
    assert case.hint() == "The volume is at 0: nothing is heard"
    case.session.to(State.IDLE)
    assert case.hint() == "Press Space to play"
    case.panels.stage.wave.shows_sound = True  # a finished take is drawn there: nothing is written across it
    case.session.to(State.PLAYING)
    case.session.to(State.IDLE)
    assert case.hint() == ""


def test_a_change_of_state_is_told_once_and_again_on_request(case: Case) -> None:
    case.display.start()
    case.display.frame()
    case.session.to(State.PLAYING)
    case.display.frame()
    case.display.look_again()
    assert case.changes == ["idle", "playing", "playing"]
    case.display.stop()
    case.display.look_again()  # what was on its way when the window went
    assert case.changes == ["idle", "playing", "playing"]


def test_the_figures_are_the_sessions(case: Case) -> None:
    case.session.now = Status(engine="cpu", real_time_factor=3.5, buffered_ms=48.0, device="no device: none")
    case.display.text()
    readout = case.panels.status.show_readout.call_args.args[0]
    assert (readout.engine, readout.real_time_factor, readout.buffered_ms) == ("cpu", 3.5, 48.0)
    assert readout.silent
