from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO, Any

import pytest

from engine.errors import StudioError
from engine.files.writing import check_replaceable, claimed, replacing, write_atomically


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
    with pytest.raises(StudioError, match=r"nowhere/a\.bin: there is no folder .*/nowhere; make it first"):
        write_atomically(folder / "nowhere" / "a.bin", b"new")


def test_a_folder_that_refuses_writing_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_file = Path.open

    def refused(self: Path, mode: str) -> IO[Any]:
        if mode == "wb":
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(self, mode)

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StudioError, match=r"a\.bin: cannot save: Permission denied"):
        write_atomically(folder / "a.bin", b"new")


def test_the_longest_name_that_there_can_be_is_written(folder: Path) -> None:
    write_atomically(folder / ("ä" * 125 + ".wav"), b"new")
    assert (folder / ("ä" * 125 + ".wav")).read_bytes() == b"new"


def write_new(path: Path) -> None:
    write_atomically(path, b"new")


def unusable(folder: Path) -> dict[str, Path]:
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "file").write_bytes(b"old")
    (folder / "link").symlink_to("/dev/null")
    os.mkfifo(folder / "pipe")
    return {
        "File name too long": folder / ("a" * 300),
        "Too many levels of symbolic links": folder / "loop",
        "Not a directory": folder / "file" / "a.wav",
        "no name of a file": folder / "a\0b.wav",
        "is a folder": folder,
        "is a device": folder / "link",
        "is a device or a pipe": folder / "pipe",
    }


def test_a_path_that_cannot_be_written_is_refused_and_nothing_is_touched(folder: Path) -> None:
    for why, path in unusable(folder).items():
        before = sorted(os.listdir(folder))
        for attempt in (
            lambda path=path: write_atomically(path, b"new"),
            lambda path=path: check_replaceable(path),
        ):
            with pytest.raises(StudioError) as caught:
                attempt()
            assert why in str(caught.value)
            assert len(str(caught.value)) <= 300
        assert sorted(os.listdir(folder)) == before
    assert (folder / "loop").is_symlink()


def test_a_folder_that_is_read_only_is_told_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StudioError, match="is read-only; give another"):
        check_replaceable(folder / "a.wav")


def breaks_off(path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise KeyError


def test_what_fails_while_it_is_written_leaves_the_old_file(folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"old")
    with pytest.raises(KeyError):
        breaks_off(folder / "a.bin")
    assert (folder / "a.bin").read_bytes() == b"old"
    assert os.listdir(folder) == ["a.bin"]


def test_a_claimed_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    for expected in ("Guitar.wav", "Guitar 2.wav", "Guitar 3.wav"):
        with claimed(folder, "Guitar", ".wav") as path:
            assert path == folder / expected
            write_atomically(path, expected.encode())
    assert [path.read_text() for path in sorted(folder.iterdir())] == [
        "Guitar 2.wav",
        "Guitar 3.wav",
        "Guitar.wav",
    ]


def test_a_claimed_file_goes_where_nothing_comes_of_it(tmp_path: Path) -> None:
    seen = []

    def fail() -> None:
        with claimed(tmp_path / "new", "a", ".wav") as path:
            seen.append(path.exists())
            raise StudioError("no")

    with pytest.raises(StudioError, match="no"):
        fail()
    assert (seen, list((tmp_path / "new").iterdir())) == ([True], [])


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(StudioError, match="file: cannot make the folder: "),
        claimed(tmp_path / "file", "a", ".wav"),
    ):
        raise AssertionError
