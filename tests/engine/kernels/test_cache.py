from __future__ import annotations

from pathlib import Path

import pytest
from numba import njit, types

from engine.kernels.cache import compiled


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
