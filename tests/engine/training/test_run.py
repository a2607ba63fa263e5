from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import StudioError
from engine.training.budget import Budget
from engine.training.card import cpu
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.training.task import WaveNetTask
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe
from tests.models import save_tiny_model


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return toy_corpus(tmp_path / "corpus").folder


def run(
    tmp_path: Path,
    corpus: Path,
    name: str,
    steps: int,
    validate_minutes: float = 8.0,
    **options: object,
) -> Path:
    return train(
        replace(read_recipe(toy_recipe(tmp_path)), validate_minutes=validate_minutes),
        Budget(steps=steps),
        RunOptions(corpus=corpus, folder=tmp_path / name, progress_bar=False, **options),  # type: ignore[arg-type]
    )


def test_a_short_run_learns_and_leaves_a_model_that_says_how(tmp_path: Path, corpus: Path) -> None:
    model = load_model(run(tmp_path, corpus, "a", 60))
    summary = model.header.card["training"]
    assert summary["steps"] == 60
    assert summary["samples"] == 60 * 512
    assert summary["validation_bits"] < 6.5  # 8 before training
    assert model.config.speakers == ("ann", "bob")
    assert model.header.card["corpus"]["kind"] == "speech"


def test_the_same_recipe_and_seed_give_the_same_model(tmp_path: Path, corpus: Path) -> None:
    one, two = (load_model(run(tmp_path, corpus, name, 5)) for name in ("a", "b"))
    assert one.header.hash == two.header.hash


def test_a_run_that_was_cut_short_and_resumed_ends_like_one_that_was_not(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_model(run(tmp_path, corpus, "whole", 9, validate_minutes=1e-4))
    step = WaveNetTask.training_step

    def cut_short(task: WaveNetTask, batch: dict[str, torch.Tensor]) -> None:
        if task.steps == 5:
            raise StudioError("the power went out")
        step(task, batch)

    monkeypatch.setattr(WaveNetTask, "training_step", cut_short)
    with pytest.raises(StudioError, match="power"):
        run(tmp_path, corpus, "cut", 9, validate_minutes=1e-4)
    monkeypatch.undo()
    checkpoint = torch.load(tmp_path / "cut" / "last.ckpt", weights_only=True)
    checkpoint["wavenet_run"]["seconds_on"] = {"a large GPU": 90.0}
    torch.save(checkpoint, tmp_path / "cut" / "last.ckpt")
    resumed = load_model(run(tmp_path, corpus, "cut", 9, resume=True))
    minutes = resumed.header.card["training"]["minutes_on"]
    assert list(minutes) == ["a large GPU", cpu(torch.get_num_threads())]
    assert minutes["a large GPU"] == 1.5
    assert resumed.header.card["training"]["steps"] == 9
    assert resumed.header.hash == whole.header.hash


def test_a_run_can_start_from_a_models_weights(tmp_path: Path, corpus: Path) -> None:
    first = run(tmp_path, corpus, "a", 60)
    before = load_model(first).header.card["training"]["validation_bits"]
    second = load_model(run(tmp_path, corpus, "b", 2, init=first))
    assert abs(second.header.card["training"]["validation_bits"] - before) < 1.0
    begun, whole = load_model(first).header.card["training"], second.header.card["training"]
    assert whole["steps"] == begun["steps"] + 2
    assert whole["samples"] > begun["samples"]


def test_weights_of_another_shape_are_refused(tmp_path: Path, corpus: Path) -> None:
    other = tmp_path / "other.safetensors"
    save_tiny_model(other)
    with pytest.raises(StudioError, match=r"differs in .*dilations"):
        run(tmp_path, corpus, "a", 1, init=other)


def test_a_folder_with_a_run_is_not_overwritten(tmp_path: Path, corpus: Path) -> None:
    run(tmp_path, corpus, "a", 1)
    with pytest.raises(StudioError, match="add --resume"):
        run(tmp_path, corpus, "a", 1)


def test_there_must_be_something_to_resume(tmp_path: Path, corpus: Path) -> None:
    with pytest.raises(StudioError, match=r"no last\.ckpt"):
        run(tmp_path, corpus, "a", 1, resume=True)


def test_a_loss_that_is_not_finite_ends_with_advice(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "engine.training.task.bits_torch", lambda config, logits, targets: logits.sum(-1) * float(np.nan)
    )
    with pytest.raises(StudioError, match="lower learning_rate"):
        run(tmp_path, corpus, "a", 2)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
