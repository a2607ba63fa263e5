from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.files.writing import write_atomically


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def test_a_file_is_replaced_whole_and_nothing_else_is_left(folder: Path) -> None:
    path = folder / "a.bin"
    path.write_bytes(b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(folder) == ["a.bin"]


def test_a_link_goes_on_pointing_to_the_file_that_is_replaced(folder: Path) -> None:
    (folder / "real").write_bytes(b"old")
    (folder / "link").symlink_to(folder / "real")
    write_atomically(folder / "link", b"new")
    assert (folder / "link").is_symlink()
    assert (folder / "real").read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file_and_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "a.bin"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.files.writing.os.fsync", full)
    with pytest.raises(StudioError, match=r"a\.bin: cannot save: No space left on device"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(folder) == ["a.bin"]


def test_a_missing_folder_is_named(folder: Path) -> None:
    with pytest.raises(StudioError, match=r"nowhere/a\.bin: cannot save: No such file or directory"):
        write_atomically(folder / "nowhere" / "a.bin", b"new")


def test_a_folder_that_refuses_writing_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StudioError, match=r"a\.bin: cannot save: Permission denied"):
        write_atomically(folder / "a.bin", b"new")
