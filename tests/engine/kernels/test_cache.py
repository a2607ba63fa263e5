from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from numba import njit, types

from engine.kernels.cache import compiled, kernel_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are POSIX's")
xdg = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders are other systems'")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "wavenet-studio" / "kernels"


def compile_afresh(messages: list[str]) -> int:
    """What doubling gives, compiled as if the program had just been started."""

    @njit
    def double(x: int) -> int:
        return 2 * x

    return int(compiled(double, (types.int64,), messages.append)(21))


def test_only_the_first_compilation_is_told(folder: Path) -> None:
    first: list[str] = []
    second: list[str] = []
    assert compile_afresh(first) == compile_afresh(second) == 42
    assert len(first) == 1
    assert not second


def test_a_damaged_cache_is_made_again(folder: Path) -> None:
    compile_afresh([])
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    again: list[str] = []
    afterwards: list[str] = []
    assert compile_afresh(again) == compile_afresh(afterwards) == 42
    assert again
    assert not afterwards


def test_a_folder_that_cannot_be_written_only_costs_time(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where the folder should be")
    messages: list[str] = []
    assert compile_afresh(messages) == 42
    assert messages


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder, in which nothing may be written, beside a home."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return folder


@xdg
@pytest.mark.parametrize("value", ["", "cache", "./cache", "../cache", "~/cache", None])
def test_an_empty_or_relative_cache_folder_counts_as_unset(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("XDG_CACHE_HOME")
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    expected = tmp_path / "home" / ".cache" / "wavenet-studio" / "kernels"
    assert kernel_folder() == expected
    assert compile_afresh([]) == 42
    assert any(expected.iterdir())
    assert not any(here.iterdir())


@xdg
def test_a_relative_home_puts_nothing_in_the_current_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "home")
    messages: list[str] = []
    assert compile_afresh(messages) == compile_afresh(messages) == 42
    assert len(messages) == 2
    assert not any(here.iterdir())


@posix
@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_a_new_folder_is_private_whatever_the_umask(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        messages: list[str] = []
        assert compile_afresh(messages) == compile_afresh(messages) == 42
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(messages) == 1


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757, 0o1777, 0o720])
def test_a_folder_that_others_can_write_is_neither_read_nor_written(folder: Path, mode: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(mode)
    messages: list[str] = []
    assert compile_afresh(messages) == compile_afresh(messages) == 42
    assert len(messages) == 2
    assert all(f"remove {folder}" in message for message in messages)
    assert not any(folder.iterdir())


@posix
def test_what_lies_in_a_folder_that_others_can_write_is_not_loaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_afresh([])
    bombs(folder, tmp_path / "trace")
    folder.chmod(0o777)
    assert compile_afresh([]) == 42
    assert not (tmp_path / "trace").exists()


@posix
def test_a_file_that_others_can_write_is_not_loaded_but_made_again(folder: Path, tmp_path: Path) -> None:
    compile_afresh([])
    bombs(folder, tmp_path / "trace")
    for file in folder.iterdir():
        file.chmod(0o666)
    again: list[str] = []
    afterwards: list[str] = []
    assert compile_afresh(again) == compile_afresh(afterwards) == 42
    assert (len(again), len(afterwards)) == (1, 0)
    assert not (tmp_path / "trace").exists()


@posix
def test_a_folder_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_afresh([])
    before = sorted(folder.iterdir())
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    messages: list[str] = []
    assert compile_afresh(messages) == 42
    assert len(messages) == 1
    assert sorted(folder.iterdir()) == before


def bombs(folder: Path, trace: Path) -> None:
    """Every kept file becomes a pickle that would make ``trace``."""
    for file in folder.glob("*.n*"):
        file.write_bytes(f"cos\nmkdir\n(V{trace}\ntR.".encode())


@posix
def test_the_bomb_of_these_tests_would_go_off(folder: Path, tmp_path: Path) -> None:
    compile_afresh([])
    bombs(folder, tmp_path / "trace")
    compile_afresh([])
    assert (tmp_path / "trace").exists()
