from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.files.private import is_private

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes and no owners of files")


def test_a_link_to_a_folder_or_a_file_is_not_private(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    assert is_private(tmp_path / "own")
    assert not is_private(tmp_path / "link")
    assert not is_private(tmp_path / "missing")


@pytest.mark.parametrize(("mode", "private"), [(0o700, True), (0o755, True), (0o770, False), (0o702, False)])
def test_what_others_can_write_is_not_private(tmp_path: Path, mode: int, private: bool) -> None:
    for path in (tmp_path / "folder", tmp_path / "file"):
        path.mkdir() if path.name == "folder" else path.touch()
        path.chmod(mode)
        assert is_private(path) is private


def test_what_another_user_owns_is_not_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert not is_private(tmp_path)


def test_a_relative_path_is_not_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir(mode=0o700)
    assert not is_private(Path("own"))
