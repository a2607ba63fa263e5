"""A MIDI keyboard end to end: a virtual port of ALSA's sequencer, played by rtmidi and heard by mido."""

from __future__ import annotations

import time

import pytest

from engine.music.keyboard import KeyChange
from engine.music.midi_inputs import MidiInputs

pytestmark = pytest.mark.sequencer


def test_what_is_sent_to_a_virtual_port_is_heard_and_told_when_it_goes() -> None:
    import mido

    backend = mido.Backend("mido.backends.rtmidi", load=True)
    played: list[KeyChange] = []
    told: list[str] = []
    port = backend.open_output("Studio test keyboard", virtual=True)
    inputs = MidiInputs(played.extend, told.append, look_s=0.05)
    inputs.start()
    try:
        _until(lambda: any("Studio test keyboard" in name for name in inputs.open))
        port.send(mido.Message("note_on", note=60, velocity=77, channel=3))
        port.send(mido.Message("control_change", control=64, value=127))
        _until(lambda: len(played) == 2)
        assert played == [KeyChange(60, 77), KeyChange(None, 127)]
        port.close()
        _until(lambda: len(told) == 1)
        assert played[2:] == [KeyChange(60, 0), KeyChange(None, 0)]
    finally:
        inputs.close()


def _until(condition: object) -> None:
    deadline = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
