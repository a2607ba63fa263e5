from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from engine.training.budget import Budget
from engine.training.fused import build
from engine.training.fused.build import library
from engine.training.fused.errors import FusedError
from engine.training.precision import Speed
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    return tmp_path / "wavenet-studio" / "training"


def pretend_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """What is found on the path as a C++ compiler."""
    compiler = folder / "compiler"
    compiler.write_text(f"#!/bin/sh\n{script}\n")
    compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shutil, "which", lambda name: str(compiler))


def test_without_a_compiler_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(FusedError, match=r"^no C\+\+ compiler"):
        library(lambda: None)


def test_without_platformdirs_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    with pytest.raises(FusedError, match=r"^platformdirs is not installed$"):
        library(lambda: None)


def test_a_compiler_that_refuses_is_quoted_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    pretend_compiler(
        tmp_path, monkeypatch, 'echo "note: x" >&2; echo "stack.cpp:1: error: no room" >&2; exit 1'
    )
    with pytest.raises(FusedError, match=r"could not compile the layers: stack.cpp:1: error: no room$"):
        library(lambda: None)
    assert [file.suffix for file in own_cache.iterdir()] == [".lock"]


def test_what_is_compiled_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    # Writes a file that is no library, and counts.
    find_output = 'while [ "$1" != -o ]; do shift; done'
    script = f'[ "$1" = --version ] && exit\necho x >> {made}\n{find_output}\necho no > "$2"'
    pretend_compiler(tmp_path, monkeypatch, script)
    told: list[None] = []
    for _ in range(2):
        with pytest.raises(FusedError, match="cannot load the compiled layers"):
            library(lambda: told.append(None))
    assert made.read_text() == "x\n"
    assert len(told) == 1


def test_nothing_is_loaded_from_a_folder_that_others_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    pretend_compiler(tmp_path, monkeypatch, "exit 1")
    own_cache.mkdir(parents=True)
    own_cache.chmod(0o777)
    with pytest.raises(FusedError, match=f"^{own_cache}: others can write it"):
        library(lambda: None)
    assert list(own_cache.iterdir()) == []


def test_nothing_is_loaded_from_a_folder_below_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_compiler(tmp_path, monkeypatch, "exit 1")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wavenet-studio").mkdir()
    with pytest.raises(FusedError, match=r"^wavenet-studio/training: others can write it, or it is not"):
        library(lambda: None)
    assert list((tmp_path / "wavenet-studio").iterdir()) == []


def test_what_others_could_have_put_into_the_folder_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    find_output = 'while [ "$1" != -o ]; do shift; done'
    pretend_compiler(tmp_path, monkeypatch, f'[ "$1" = --version ] && exit\n{find_output}\necho own > "$2"')
    with pytest.raises(FusedError, match="cannot load the compiled layers"):
        library(lambda: None)
    (file,) = own_cache.glob("*.so")
    assert stat.S_IMODE(file.stat().st_mode) == 0o700
    assert stat.S_IMODE(own_cache.stat().st_mode) == 0o700
    file.write_text("planted")
    file.chmod(0o666)
    with pytest.raises(FusedError, match="cannot load the compiled layers"):
        library(lambda: None)
    assert file.read_text() == "own\n"


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    pretend_compiler(tmp_path, monkeypatch, "exit 0")
    own_cache.parent.mkdir()
    own_cache.write_text("in the way")
    with pytest.raises(FusedError, match=f"^{own_cache}: cannot keep the compiled layers"):
        library(lambda: None)


def test_where_the_layers_cannot_be_compiled_a_run_goes_on_without_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "COMPILERS", ())
    recipe_file = toy_recipe(tmp_path)
    recipe_file.write_text(recipe_file.read_text().replace("channels = 16", "channels = 32"))
    monkeypatch.setattr("torch.compile", lambda forward: forward)
    corpus = toy_corpus(tmp_path / "corpus").folder
    options = RunOptions(
        corpus=corpus,
        folder=tmp_path / "run",
        speed=Speed("bf16", compile=True, fused=True),
        progress_bar=False,
    )
    model = load_model(train(read_recipe(recipe_file), Budget(steps=2), options))
    assert model.header.card["training"]["steps"] == 2
    said = capsys.readouterr().err
    assert said.count("compiling our own layers failed, going on without it: no C++ compiler") == 1
