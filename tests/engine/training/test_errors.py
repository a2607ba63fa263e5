from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch._inductor.exc import CppCompileError

from engine.cli import main
from engine.errors import StudioError
from engine.training.budget import Budget
from engine.training.errors import explained
from engine.training.precision import Speed
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.training.task import WaveNetTask
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe

HUGE = 2**50


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def trained(tmp_path: Path, changes: tuple[str, str] = ("", "")) -> int:
    """The exit code of a training command on a recipe with ``changes``."""
    toy_corpus(tmp_path / "corpus")
    recipe = toy_recipe(tmp_path)
    recipe.write_text(recipe.read_text().replace(*changes))
    folders = ["--corpus", str(tmp_path / "corpus"), "--output", str(tmp_path / "run")]
    exact = ["--precision", "float32", "--no-compile", "--no-listen"]
    return main(["train", str(recipe), *folders, "--steps", "4", *exact])


def test_crops_that_memory_cannot_hold_end_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(tmp_path, ("crop = 256", f"crop = {HUGE}")) == 1
    complaint = capsys.readouterr().err
    assert "make crop or batch smaller" in complaint
    assert "Traceback" not in complaint


def test_a_step_that_memory_cannot_hold_ends_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WaveNetTask, "loss", lambda *_: torch.empty(HUGE))
    assert trained(tmp_path) == 1
    complaint = capsys.readouterr().err
    assert "make crop or batch smaller" in complaint
    assert "Traceback" not in complaint


def test_what_a_gpu_says_of_its_memory_is_understood() -> None:
    error = explained(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."))
    assert error is not None
    assert "make crop or batch smaller" in str(error)


def test_an_error_that_nobody_foresaw_is_not_explained_away() -> None:
    assert explained(RuntimeError("index out of range")) is None


def test_a_run_that_explodes_ends_with_advice_and_keeps_a_sound_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(tmp_path, ("learning_rate = 0.02", "learning_rate = 1e38")) == 1
    complaint = capsys.readouterr().err
    assert "lower learning_rate in the recipe" in complaint
    assert "Traceback" not in complaint
    assert not (tmp_path / "run" / "last.ckpt").exists()  # there was no sound state to save


def test_more_devices_than_there_are_end_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightning.fabric.utilities.exceptions import MisconfigurationException

    def refuse(**_: Any) -> None:
        raise MisconfigurationException("You requested gpu: [0, 1]\n But your machine only has: [0]")

    monkeypatch.setattr("engine.training.run.lightning.Trainer", refuse)
    corpus = toy_corpus(tmp_path / "corpus").folder
    options = RunOptions(corpus=corpus, folder=tmp_path / "run", devices=2)
    with pytest.raises(StudioError, match=r"--devices.*You requested gpu: \[0, 1\]$"):
        train(read_recipe(toy_recipe(tmp_path)), Budget(steps=1), options)


class _BreaksBackward(torch.autograd.Function):
    """The identity, whose gradient torch.compile fails to build: where the real failure showed."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        raise CppCompileError(["g++", "x.cpp"], "conflicting declaration")


def test_where_compiling_fails_the_run_goes_on_without_it_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", lambda forward: lambda *args: _BreaksBackward.apply(forward(*args)))
    corpus = toy_corpus(tmp_path / "corpus").folder
    recipe = read_recipe(toy_recipe(tmp_path))
    models = []
    for speed in (Speed("float32", compile=True), Speed("float32", compile=False)):
        folder = tmp_path / str(speed.compile)
        options = RunOptions(corpus=corpus, folder=folder, speed=speed, progress_bar=False)
        models.append(load_model(train(recipe, Budget(steps=3), options)))
    said = capsys.readouterr().err
    assert said.count("torch.compile failed, going on without it") == 1
    for name, weights in models[0].weights.items():
        np.testing.assert_array_equal(weights, models[1].weights[name])
