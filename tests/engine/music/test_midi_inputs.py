"""MIDI inputs that come, are played on, and go: by ports that stand in for mido's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import mido
import pytest

import engine.music.midi_inputs
from engine.music.keyboard import KeyChange
from engine.music.midi_inputs import NO_SEQUENCER, NOT_INSTALLED, MidiInputs, find_ports


class FakePort:
    def __init__(self, ports: FakePorts, name: str, callback: Callable[[Any], object]) -> None:
        self.ports, self.name, self.callback = ports, name, callback

    def close(self) -> None:
        self.ports.opened.pop(self.name)


class FakePorts:
    """mido's backend with keyboards that a test plugs in and out."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.opened: dict[str, FakePort] = {}
        self.busy: set[str] = set()
        self.broken = False

    def get_input_names(self) -> list[str]:
        if self.broken:
            raise OSError("the driver hangs")
        return list(self.names)

    def open_input(self, name: str, *, callback: Callable[[Any], object]) -> FakePort:
        if name in self.busy:
            raise OSError("in use")
        self.opened[name] = FakePort(self, name, callback)
        return self.opened[name]

    def send(self, name: str, kind: str, **fields: int) -> None:
        self.opened[name].callback(mido.Message(kind, **fields))


class Stage:
    def __init__(self, *names: str) -> None:
        self.ports = FakePorts(*names)
        self.played: list[KeyChange] = []
        self.told: list[str] = []
        self.inputs = MidiInputs(self.played.extend, self.told.append, lambda: self.ports, look_s=0.005)
        self.inputs.start()

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.002)

    def until_open(self, *names: str) -> None:
        self.until(lambda: self.inputs.open == names)


@pytest.fixture
def make_stage() -> Iterator[Callable[..., Stage]]:
    made: list[Stage] = []

    def make(*names: str) -> Stage:
        made.append(Stage(*names))
        return made[-1]

    yield make
    for stage in made:
        stage.inputs.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    stage = make_stage("Piano")
    stage.until_open("Piano")
    return stage


@pytest.mark.parametrize(
    ("kind", "fields", "change"),
    [
        ("note_on", {"note": 60, "velocity": 90}, KeyChange(60, 90)),
        ("note_on", {"note": 60, "velocity": 0}, KeyChange(60, 0)),
        ("note_off", {"note": 60, "velocity": 64}, KeyChange(60, 0)),
        ("note_on", {"note": 1, "velocity": 2, "channel": 15}, KeyChange(1, 2)),
        ("control_change", {"control": 64, "value": 127}, KeyChange(None, 127)),
        ("control_change", {"control": 64, "value": 63}, KeyChange(None, 0)),
    ],
)
def test_a_message_is_a_key_or_the_pedal_on_any_channel(
    stage: Stage, kind: str, fields: dict[str, int], change: KeyChange
) -> None:
    stage.ports.send("Piano", kind, **fields)
    assert stage.played == [change]
    assert stage.inputs.played_at is not None


@pytest.mark.parametrize("kind", ["pitchwheel", "clock", "program_change", "aftertouch", "active_sensing"])
def test_what_is_neither_is_passed_over(stage: Stage, kind: str) -> None:
    stage.ports.send("Piano", kind)
    assert stage.played == []
    assert stage.inputs.played_at is None


@pytest.mark.parametrize("control", [120, 123])
def test_all_notes_off_lets_go_what_is_held(stage: Stage, control: int) -> None:
    stage.ports.send("Piano", "note_on", note=60, velocity=9)
    stage.ports.send("Piano", "note_on", note=64, velocity=9)
    stage.ports.send("Piano", "note_off", note=60)
    stage.ports.send("Piano", "control_change", control=64, value=127)
    assert stage.inputs.held == {64}
    stage.ports.send("Piano", "control_change", control=control)
    assert stage.played[-2:] == [KeyChange(64, 0), KeyChange(None, 0)]
    assert stage.inputs.held == frozenset()


def test_an_input_that_comes_is_listened_to_and_nothing_is_said(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.ports.names.append("Piano")
    stage.until_open("Piano")
    assert stage.inputs.names == ("Piano",)
    assert stage.told == []


def test_an_input_that_goes_lets_its_keys_go_and_is_told_once(stage: Stage) -> None:
    stage.ports.send("Piano", "note_on", note=60, velocity=9)
    stage.ports.send("Piano", "control_change", control=64, value=100)
    stage.ports.names.clear()
    stage.until_open()
    stage.until(lambda: len(stage.told) == 1)
    assert stage.played[2:] == [KeyChange(60, 0), KeyChange(None, 0)]
    assert "“Piano” is gone" in stage.told[0]
    time.sleep(0.05)
    assert len(stage.told) == 1
    stage.ports.names.append("Piano")
    stage.until_open("Piano")


def test_the_one_that_is_chosen_is_listened_to_alone(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("Piano", "Drums", "Midi Through:Midi Through Port-0 14:0")
    stage.until_open("Piano", "Drums")
    stage.ports.send("Piano", "note_on", note=60, velocity=9)
    stage.inputs.choose("Drums")
    stage.until_open("Drums")
    assert stage.played == [KeyChange(60, 9), KeyChange(60, 0)]
    stage.inputs.choose(None)
    stage.until_open()
    stage.inputs.choose("")
    stage.until_open("Piano", "Drums")
    assert stage.told == []


def test_the_one_that_is_chosen_is_known_again_under_other_numbers(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("Keys:Keys MIDI 1 20:0", "Pads:Pads MIDI 1 24:0")
    stage.inputs.choose("Keys:Keys MIDI 1")
    stage.until_open("Keys:Keys MIDI 1")
    assert stage.inputs.names == ("Keys:Keys MIDI 1", "Pads:Pads MIDI 1")
    stage.ports.names[:] = ["Keys:Keys MIDI 1 28:0"]
    stage.until(lambda: list(stage.ports.opened) == ["Keys:Keys MIDI 1 28:0"])
    assert "“Keys:Keys MIDI 1” is gone" in stage.told[0]


def test_one_that_cannot_be_opened_is_told_once_and_tried_again_when_asked(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage()
    stage.ports.busy.add("Piano")
    stage.ports.names.append("Piano")
    stage.until(lambda: bool(stage.told))
    time.sleep(0.05)
    assert stage.told == ["The MIDI input “Piano” cannot be opened: in use. Close what else uses it"]
    stage.ports.busy.clear()
    stage.inputs.look_again()
    stage.until_open("Piano")


def test_a_driver_that_fails_takes_the_inputs_away_until_it_is_well(stage: Stage) -> None:
    stage.ports.broken = True
    stage.until_open()
    assert "the driver hangs" in stage.inputs.why_none
    stage.ports.broken = False
    stage.until_open("Piano")
    assert stage.inputs.why_none == ""


def test_in_the_end_all_is_let_go(stage: Stage) -> None:
    stage.ports.send("Piano", "note_on", note=60, velocity=9)
    stage.inputs.close()
    stage.inputs.close()
    assert stage.ports.opened == {}
    assert stage.played[-1] == KeyChange(60, 0)


def test_where_there_can_be_none_it_says_why_and_ends() -> None:
    inputs = MidiInputs(lambda changes: None, lambda text: None, lambda: "for a reason")
    inputs.start()
    inputs.close()
    assert inputs.why_none == "for a reason"
    assert inputs.names == ()


def test_without_its_package_or_a_sequencer_it_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    module = engine.music.midi_inputs
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    assert find_ports() == NOT_INSTALLED
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module, "SEQUENCER", module.Path("/nowhere/seq"))
    assert find_ports() == NO_SEQUENCER
