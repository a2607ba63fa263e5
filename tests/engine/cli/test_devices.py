from __future__ import annotations

import json

import pytest

import engine.stream.output.portaudio
from engine.stream.output.portaudio import Device
from tests.engine.cli.conftest import Studio

DEVICES = [Device("Speakers", "ALSA", 2, 48_000.0, True), Device("Headset", "ALSA", 1, 16_000.0, False)]


def test_outputs_are_listed_and_the_default_is_marked(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.stream.output.portaudio, "list_devices", lambda: DEVICES)
    result = studio("devices")
    assert (result.code, result.err) == (0, "")
    rows = [line.split() for line in result.out.splitlines()[1:]]
    assert rows == [
        ["Speakers", "ALSA", "2", "48000", "Hz", "default"],
        ["Headset", "ALSA", "1", "16000", "Hz"],
    ]


def test_json_gives_every_output_with_its_fields(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.stream.output.portaudio, "list_devices", lambda: DEVICES)
    listed = json.loads(studio("devices", "--json").out)
    assert listed[0] == {
        "name": "Speakers",
        "host_api": "ALSA",
        "channels": 2,
        "default_rate": 48_000.0,
        "is_default": True,
    }
    assert [device["name"] for device in listed] == ["Speakers", "Headset"]


def test_a_machine_without_outputs_says_so(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.stream.output.portaudio, "list_devices", list)
    result = studio("devices", "--json")
    assert result.code == 0
    assert json.loads(result.out) == []
    assert "there is no audio output" in result.err


def test_this_machines_outputs_can_be_asked_for(studio: Studio) -> None:
    result = studio("devices", "--json")
    assert result.code == 0
    assert isinstance(json.loads(result.out), list)
