"""System libraries: found by loading them, installed by apt only where that is allowed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.setup import system


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get that only writes down what it was asked; returns that file."""
    asked = tmp_path / "asked.txt"
    script = tmp_path / "bin" / "apt-get"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND: $*" >> "{asked}"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent))
    return asked


def test_a_library_that_does_not_load_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = {"libc6": "libc.so.6", "libnothing1": "libnothing-of-that-name.so.1"}
    monkeypatch.setitem(system.LIBRARIES, "window", libraries)
    assert system.missing_packages("window") == ["libnothing1"]


def test_the_tests_need_their_programs_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"xvfb", "pulseaudio", "pulseaudio-utils"} <= set(system.missing_packages("test"))


def test_the_tests_alone_need_opencl_on_the_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(system, "OPENCL_DRIVERS", tmp_path)
    assert "pocl-opencl-icd" in system.missing_packages("test")
    assert "pocl-opencl-icd" not in system.missing_packages("window", "sound")
    (tmp_path / "pocl.icd").write_text("libpocl.so")
    assert "pocl-opencl-icd" not in system.missing_packages("test")


def test_nothing_is_missing_where_the_python_packages_bring_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setitem(system.LIBRARIES, "window", {"libnothing1": "libnothing-of-that-name.so.1"})
    assert system.missing_packages("window") == []


def test_root_installs_quietly_after_an_update(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system.apt_install(["libegl1", "libgl1"])
    assert apt.read_text().splitlines() == [
        "noninteractive: -qq update",
        "noninteractive: -qq install -y --no-install-recommends libegl1 libgl1",
    ]


def test_nobody_else_installs_anything(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not system.apt_install(["libegl1"])
    assert not apt.exists()
    assert system.apt_command(["libegl1", "libgl1"]) == "sudo apt-get install -y libegl1 libgl1"


def test_an_installation_that_fails_is_reported(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (apt.parent / "bin" / "apt-get").write_text('#!/bin/sh\n[ "$2" = update ]\n')
    assert not system.apt_install(["libegl1"])
