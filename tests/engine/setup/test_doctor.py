"""The doctor finds what is there, names what is not, and always says what to do about it."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from engine.setup import doctor, system


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)


@pytest.fixture
def broken_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter for the probes in which nothing can be imported."""
    script = tmp_path / "python"
    script.write_text(
        "#!/bin/sh\necho 'Traceback' >&2\necho 'OSError: PortAudio library not found' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


def test_every_subject_is_looked_at_once(tmp_path: Path) -> None:
    checks = doctor.diagnose(tmp_path, tmp_path)
    assert [check.name for check in checks] == [
        "Python",
        "Processor",
        "torch",
        "Graphics card",
        "Sound",
        "MIDI",
        "Window",
        "User data",
        "Models",
    ]
    assert all(check.ok or check.remedy for check in checks)


def test_the_installed_torch_is_named_and_starts() -> None:
    check = doctor.check_torch(start=True)
    assert check.ok
    assert check.detail.startswith("2.13.0")


@pytest.mark.usefixtures("without_torch")
def test_a_light_set_up_is_sound_and_names_the_way_to_torch() -> None:
    check = doctor.check_torch()
    assert check.ok
    assert "--full" in check.remedy


def test_the_devices_that_opencl_finds_are_named() -> None:
    check = doctor.check_card()
    assert check.ok
    assert "(" in check.detail
    assert check.remedy == "./studio prepare measures whether it is faster"


@pytest.mark.usefixtures("without_torch")
def test_without_pyopencl_the_processor_plays() -> None:
    check = doctor.check_card()
    assert (check.ok, check.detail) == (True, "not asked for, pyopencl is left out")
    assert "pip install -c requirements.lock pyopencl" in check.remedy


@pytest.mark.usefixtures("broken_python")
def test_without_a_driver_the_processor_plays() -> None:
    check = doctor.check_card()
    assert (check.ok, check.detail) == (True, "none that OpenCL finds; the processor plays")


@pytest.mark.usefixtures("without_torch")
@pytest.mark.parametrize(("version", "compiled"), [((3, 12, 1), False), ((3, 13, 0), True)])
def test_without_rtmidi_the_way_to_it_is_named_and_that_it_is_compiled_for_a_new_python(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], compiled: bool
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    check = doctor.check_midi()
    assert (check.ok, check.detail) == (True, "python-rtmidi is left out")
    assert "pip install -c requirements.lock python-rtmidi" in check.remedy
    assert ("is compiled" in check.remedy) == compiled


def test_without_a_sequencer_linux_has_no_midi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.5.8")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor, "SEQUENCER", tmp_path / "seq")
    check = doctor.check_midi()
    assert (check.ok, check.remedy) == (True, "run: sudo modprobe snd-seq")


def test_the_window_is_fine_where_the_tests_run() -> None:
    assert doctor.check_window().ok


@pytest.mark.usefixtures("broken_python")
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(system.LIBRARIES, "sound", {"libportaudio2": "libnothing-of-that-name.so.1"})
    check = doctor.check_sound()
    assert not check.ok
    assert check.detail == "OSError: PortAudio library not found"
    assert check.remedy == "run: sudo apt-get install -y libportaudio2"


@pytest.mark.usefixtures("broken_python")
def test_a_package_that_is_broken_for_another_reason_is_set_up_again() -> None:
    assert "delete the folder .venv" in doctor.check_window().remedy


def test_user_data_that_does_not_exist_yet_can_be_made_and_is_not_made_by_asking(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "wavenet-studio"
    assert doctor.check_user_data(folder).ok
    assert not folder.parent.exists()


def test_user_data_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    check = doctor.check_user_data(file / "wavenet-studio")
    assert not check.ok
    assert str(file) in check.remedy


def test_models_are_found_by_name(tmp_path: Path) -> None:
    assert not doctor.check_models(tmp_path).ok
    for name in ("speech", "music"):
        (tmp_path / f"{name}.safetensors").touch()
    assert doctor.check_models(tmp_path) == doctor.Check("Models", True, "music, speech")


def test_the_processor_is_described_with_what_it_can_do() -> None:
    check = doctor.check_processor()
    assert check.ok
    assert "cores" in check.detail
