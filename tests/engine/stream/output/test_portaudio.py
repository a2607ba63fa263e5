from __future__ import annotations

import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from engine.errors import StudioError
from engine.stream.output.portaudio import Device, list_devices, open_device, rescan

HIDDEN = """
import ctypes.util, sys
ctypes.util.find_library = lambda name: None
from engine.errors import StudioError
from engine.stream.output import portaudio
for call in (portaudio.list_devices, portaudio.rescan, lambda: portaudio.open_device(None, 16000, 0.02)):
    try:
        call()
    except StudioError as error:
        sys.stdout.write(f"{error}\\n")
"""


def fake_portaudio(default: int, outputs: list[tuple[str, int]]) -> Any:
    module: Any = ModuleType("sounddevice")
    module.PortAudioError = type("PortAudioError", (Exception,), {})
    module.default = SimpleNamespace(device=[-1, default])
    module.query_hostapis = lambda: ({"name": "ALSA", "default_output_device": 0},)
    module.query_devices = lambda: [
        {"name": name, "hostapi": 0, "max_output_channels": channels, "default_samplerate": 48_000.0}
        for name, channels in outputs
    ]
    return module


def test_without_portaudio_the_message_names_the_package() -> None:
    done = subprocess.run([sys.executable, "-c", HIDDEN], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all("libportaudio2" in line for line in lines)


def test_importing_the_module_does_not_import_sounddevice() -> None:
    code = "import sys, engine.stream.session; sys.exit('sounddevice' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_outputs_are_listed_and_the_default_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        sys.modules, "sounddevice", fake_portaudio(2, [("Microphone", 0), ("HDMI", 8), ("Speakers", 2)])
    )
    assert list_devices() == [
        Device("HDMI", "ALSA", 8, 48_000.0, False),
        Device("Speakers", "ALSA", 2, 48_000.0, True),
    ]


def test_a_device_is_known_by_name_and_host_and_not_by_number() -> None:
    assert Device("Speakers", "ALSA", 2, 48_000.0, True).id == "Speakers, ALSA"


def test_no_outputs_is_an_empty_list_and_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", fake_portaudio(-1, [("Microphone", 0)]))
    assert list_devices() == []
    with pytest.raises(StudioError, match="there is no audio output"):
        open_device(None, 16_000, 0.02)


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", fake_portaudio(0, [("Speakers", 2)]))
    with pytest.raises(StudioError, match="'Headset, ALSA' is not there"):
        open_device("Headset, ALSA", 16_000, 0.02)


def test_a_rescan_starts_portaudio_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    fake = fake_portaudio(0, [("Speakers", 2)])
    fake._terminate = lambda: calls.append("terminate")
    fake._initialize = lambda: calls.append("initialize")
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    rescan()
    assert calls == ["terminate", "initialize"]
