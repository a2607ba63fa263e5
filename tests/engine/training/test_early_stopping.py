from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.training.budget import Budget
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.training.task import WaveNetTask
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def run(folder: Path, bits: list[float], monkeypatch: pytest.MonkeyPatch, **options: object) -> Path:
    """A run of 9 steps whose validations, one a step, come out as ``bits``."""
    monkeypatch.setattr(WaveNetTask, "validation_bits", lambda task: bits[task.steps - 1])
    corpus = folder / "corpus"
    if not corpus.exists():
        toy_corpus(corpus)
    return train(
        replace(read_recipe(toy_recipe(folder)), validate_minutes=1e-9),
        Budget(steps=9),
        RunOptions(corpus=corpus, folder=folder / "run", progress_bar=False, **options),  # type: ignore[arg-type]
    )


def steps(model: Path) -> int:
    return int(load_model(model).header.card["training"]["steps"])


def test_patience_ends_a_run_that_no_longer_improves_and_keeps_the_best_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    best = run(tmp_path, [7.0, 6.5, 6.6, 6.4, 6.4, 6.5, 6.9, 1.0, 1.0], monkeypatch, patience=3)
    assert best == tmp_path / "run" / "best.safetensors"
    assert steps(best) == 4
    assert steps(tmp_path / "run" / "model.safetensors") == 7
    assert "stopped: 3 validations without fewer bits than 6.400" in capsys.readouterr().err


def test_a_resumed_run_remembers_how_long_it_has_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bits = [5.0, 6.0, 6.1, 6.2, 6.3, 6.4, 6.5, 6.6, 6.7]
    run(tmp_path, bits, monkeypatch, patience=2)
    best = run(tmp_path, bits, monkeypatch, patience=4, resume=True)
    assert steps(tmp_path / "run" / "model.safetensors") == 5
    assert steps(best) == 1


def test_without_patience_a_run_goes_on_and_keeps_the_latest_model_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps(run(tmp_path, [5.0, *[6.0] * 8], monkeypatch)) == 9
    assert not (tmp_path / "run" / "best.safetensors").exists()
