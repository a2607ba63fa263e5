"""The engine compiled ahead: every installed model's, and what is broken named."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli.prepare import compile_for
from engine.kernels.object_files import kernel_folder
from engine.library import paths
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    save_tiny_model(folder / "tones.safetensors", "tones", speakers=())
    monkeypatch.setattr(paths, "model_folders", lambda: (folder, tmp_path / "none"))
    return folder


def test_every_models_engine_is_compiled_and_kept(studio: Studio, models: Path) -> None:
    result = studio("prepare")
    assert (result.code, result.out) == (0, "tones: ready on engine cpu\n")
    assert list(kernel_folder().glob("step.run-*.code"))
    assert list(kernel_folder().glob("loop.play-*.code"))


def test_only_the_models_that_are_named_are_made_ready(studio: Studio, models: Path) -> None:
    save_tiny_model(models / "more.safetensors", "more", speakers=())
    assert studio("prepare", "more").out == "more: ready on engine cpu\n"
    unknown = studio("prepare", "mroe")
    assert (unknown.code, unknown.out) == (1, "")
    assert "model 'mroe' is not installed" in unknown.err


def test_a_broken_model_is_named_and_the_others_are_made_ready(studio: Studio, models: Path) -> None:
    (models / "broken.safetensors").write_bytes(b"nothing")
    result = studio("prepare")
    assert (result.code, result.out) == (1, "tones: ready on engine cpu\n")
    assert "broken.safetensors" in result.err


def test_what_the_last_of_several_models_takes_is_compiled_beside_the_first(
    studio: Studio, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_tiny_model(models / "zither.safetensors", "zither", speakers=())
    started: list[list[Path]] = []

    class Beside:
        def __init__(self, target: Any, args: tuple[list[Path]], daemon: bool) -> None:
            assert daemon  # it ends with the command
            self._files = args[0]

        def start(self) -> None:
            started.append(self._files)

        def join(self) -> None:
            started.append([])

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(multiprocessing, "get_context", lambda kind: SimpleNamespace(Process=Beside))
    assert studio("prepare").out == "tones: ready on engine cpu\nzither: ready on engine cpu\n"
    assert started == [[models / "zither.safetensors"], []]


def test_compiling_beside_leaves_out_what_cannot_be_read(models: Path) -> None:
    (models / "broken.safetensors").write_bytes(b"nothing")
    compile_for([models / "broken.safetensors", models / "tones.safetensors"])
    assert list(kernel_folder().glob("loop.play-*.code"))


def test_two_models_are_made_ready_by_two_processes(studio: Studio, models: Path) -> None:
    save_tiny_model(models / "zither.safetensors", "zither", speakers=())
    assert studio("prepare").code == 0
    assert not multiprocessing.active_children()
