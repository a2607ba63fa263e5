"""Compiled code as it is kept and called: from a private folder only, whole, and made anew else."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.kernels import machine_code
from engine.kernels.jit import njit_part
from engine.kernels.machine_code import Routine, load_or_compile
from engine.kernels.object_files import kernel_folder
from engine.kernels.words import boxed, layout_of
from engine.stream.live.atomic import load, store

HERE = "tests.engine.kernels.test_machine_code"
posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are POSIX's")
xdg = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders are other systems'")


@njit_part
def double(x: Any) -> Any:
    return 2 * x


@njit_part
def triple(x: Any) -> Any:
    return 3 * x


@njit_part
def weigh(values: Any, table: Any, flag: Any, share: Any) -> Any:
    total = 0
    for row in range(len(table)):
        for column in range(table.shape[1]):
            total += table[row, column] * values[column]
    values[0] = len(values)
    return int(share * total) if flag else -total


@njit_part
def spin(flags: Any) -> Any:
    store(flags, 0, 1)
    turns = 0
    while load(flags, 1) == 0 and turns < 2_000_000_000:
        turns += 1
    return load(flags, 1)


@njit_part
def half(x: Any) -> Any:
    return x / 2


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "wavenet-studio" / "kernels"


def compile_afresh(messages: list[str], name: str = "double") -> int:
    """What a function of 21 gives, compiled as if the program had just been started."""
    code = load_or_compile(f"{HERE}:{name}", layout_of((21,)), 0, messages.append)
    return Routine(code)(boxed(21))


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
def test_what_lies_in_a_folder_that_others_can_write_is_not_loaded(folder: Path) -> None:
    compile_afresh([])
    bombs(folder)
    folder.chmod(0o777)
    assert compile_afresh([]) == 42


@posix
def test_a_file_that_others_can_write_is_not_loaded_but_made_again(folder: Path) -> None:
    compile_afresh([])
    bombs(folder)
    for file in folder.iterdir():
        file.chmod(0o666)
    again: list[str] = []
    afterwards: list[str] = []
    assert compile_afresh(again) == compile_afresh(afterwards) == 42
    assert (len(again), len(afterwards)) == (1, 0)


@posix
def test_a_folder_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_afresh([])
    before = sorted(folder.iterdir())
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    messages: list[str] = []
    assert compile_afresh(messages) == 42
    assert len(messages) == 1
    assert sorted(folder.iterdir()) == before


def bombs(folder: Path) -> None:
    """What is kept for doubling becomes code that trebles, with all that should vouch for it."""
    compile_afresh([], "triple")
    (double,), (triple,) = (list(folder.glob(f"*.{name}-*.code")) for name in ("double", "triple"))
    kept, other = (path.read_bytes().partition(b"\n") for path in (double, triple))
    head = {**json.loads(kept[0]), "symbol": json.loads(other[0])["symbol"]}
    head["sha256"] = hashlib.sha256(other[2]).hexdigest()
    double.write_bytes(json.dumps(head).encode() + b"\n" + other[2])
    triple.unlink()


@posix
def test_the_bomb_of_these_tests_would_go_off(folder: Path) -> None:
    compile_afresh([])
    bombs(folder)
    assert compile_afresh([]) == 63


@pytest.mark.parametrize("part", ["format", "function", "arguments", "processor", "compiler", "sources"])
def test_code_that_was_made_of_something_else_is_made_again(folder: Path, part: str) -> None:
    compile_afresh([])
    (path,) = folder.glob("*.code")
    head, _, content = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(head), part: "other"}).encode() + b"\n" + content)
    again: list[str] = []
    afterwards: list[str] = []
    assert compile_afresh(again) == compile_afresh(afterwards) == 42
    assert (len(again), len(afterwards)) == (1, 0)


def test_code_of_which_one_bit_is_another_is_made_again(folder: Path) -> None:
    compile_afresh([])
    (path,) = folder.glob("*.code")
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    messages: list[str] = []
    assert compile_afresh(messages) == 42
    assert messages


def test_code_that_cannot_be_loaded_is_made_again(folder: Path) -> None:
    compile_afresh([])
    (path,) = folder.glob("*.code")
    head, content = json.loads(path.read_bytes().partition(b"\n")[0]), b"no machine code"
    head["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_bytes(json.dumps(head).encode() + b"\n" + content)
    messages: list[str] = []
    assert compile_afresh(messages) == 42
    assert messages


def test_what_is_kept_says_what_it_was_made_of(folder: Path) -> None:
    compile_afresh([])
    (path,) = folder.glob("*.code")
    head = json.loads(path.read_bytes().partition(b"\n")[0])
    assert (head["function"], head["arguments"]) == (f"{HERE}:double", "(0=int64) 0")


@pytest.fixture(params=[True, False], ids=["own loader", "numba's loader"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    if not request.param:
        monkeypatch.setattr(machine_code, "loads_by_itself", lambda: False)
    elif not machine_code.loads_by_itself():
        pytest.skip("object files are loaded by numba here")


@pytest.mark.usefixtures("loader")
def test_code_reads_arrays_with_their_lengths_and_numbers() -> None:
    for _ in range(2):  # compiled, then as it was kept
        values, table = np.array([1, 10, 100]), np.arange(6).reshape(2, 3)
        for flag, share, expected in ((True, 2.5, 1882), (False, 2.5, -753)):
            arguments = values.copy(), table, flag, share
            layout = layout_of(arguments, lengths=True)
            routine = Routine(load_or_compile(f"{HERE}:weigh", layout, 0, None), short=True)
            assert routine(boxed(*arguments, lengths=True)) == expected
            assert arguments[0][0] == 3


@pytest.mark.usefixtures("loader")
def test_the_interpreter_runs_on_meanwhile() -> None:
    flags = np.zeros(2, np.int64)
    routine = Routine.of(f"{HERE}:spin", layout_of((flags,), lengths=True))

    def answer() -> None:
        while flags[0] == 0:
            pass
        flags[1] = 7

    thread = threading.Thread(target=answer)
    thread.start()
    assert routine(boxed(flags, lengths=True)) == 7
    thread.join()


def test_what_returns_no_whole_number_is_refused(folder: Path) -> None:
    with pytest.raises(TypeError, match="half returns float64"):
        Routine.of(f"{HERE}:half", layout_of((3,)))
