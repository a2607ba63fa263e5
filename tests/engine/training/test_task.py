"""Models of every kind learn: a few dozen steps of the training task on the toy corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.training.budget import Budget
from engine.training.evaluate import evaluate
from engine.training.precision import Speed
from engine.training.run import RunOptions, train
from engine.training.settings import Recipe, read_recipe
from engine.training.task import WaveNetTask, is_inner
from engine.wavenet.config import ContextConfig
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe

CONTEXT = ContextConfig(pooling=8, dilations=(1, 2), channels=4, residual_channels=8, gate_channels=8)
KINDS: dict[str, dict[str, Any]] = {
    "logistics": {"input": "scalar", "output": "logistics", "components": 3},
    "gaussian": {"input": "scalar", "output": "gaussian"},
    "contexts": {"contexts": (CONTEXT,)},
    "all": {"input": "scalar", "output": "logistics", "components": 2, "contexts": (CONTEXT,)},
}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_corpus(tmp_path_factory.mktemp("task") / "corpus").folder


def recipe_of(kind: str, folder: Path) -> Recipe:
    recipe = read_recipe(toy_recipe(folder))
    return replace(recipe, model=replace(recipe.model, **KINDS[kind]))


def losses_of(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the training steps' losses are, as they are computed."""
    seen: list[float] = []
    loss = WaveNetTask.loss

    def watched(task: WaveNetTask, batch: dict[str, torch.Tensor], forward: Any) -> torch.Tensor:
        bits = loss(task, batch, forward)
        if bits.requires_grad:
            seen.append(float(bits.detach()))
        return bits

    monkeypatch.setattr(WaveNetTask, "loss", watched)
    return seen


@pytest.mark.parametrize("kind", ["logistics", "gaussian", "contexts", "all"])
def test_a_model_of_any_kind_learns_is_saved_and_evaluated(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    losses = losses_of(monkeypatch)
    options = RunOptions(corpus=corpus, folder=tmp_path / "run", threads=1, progress_bar=False)
    path = train(recipe_of(kind, tmp_path), Budget(steps=60), options)
    assert len(losses) == 60
    assert sum(losses[-10:]) / 10 < sum(losses[:5]) / 5 - 1.0  # bits; the sines are easy
    model = load_model(path)
    assert model.config.output == KINDS[kind].get("output", "softmax")
    assert model.config.contexts == KINDS[kind].get("contexts", ())
    figures = evaluate(path, corpus, clips=2, seconds=0.1)
    bits = figures["bits_per_sample"]
    assert bits < {"softmax": 8.0, "logistics": 16.0, "gaussian": 16.0}[model.config.output]
    assert {run["of"] for run in figures["free_runs"]} == {"ann", "bob"}


def test_in_bfloat16_a_model_of_any_kind_learns_as_fast(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = losses_of(monkeypatch)
    for name in ("float32", "bf16"):
        speed = Speed(name, compile=False)  # type: ignore[arg-type]
        options = RunOptions(
            corpus=corpus, folder=tmp_path / name, threads=1, progress_bar=False, speed=speed
        )
        train(recipe_of("all", tmp_path), Budget(steps=60), options)
    exact, lowered = losses[:60], losses[60:]
    assert lowered != exact
    assert sum(lowered[-10:]) / 10 == pytest.approx(sum(exact[-10:]) / 10, abs=0.2)
    assert sum(lowered[-10:]) / 10 < sum(lowered[:5]) / 5 - 1.0


def test_muon_moves_the_matrices_between_hidden_layers_of_all_stacks(tmp_path: Path) -> None:
    config = recipe_of("all", tmp_path).model.config(sample_rate=4000, tags=("low",), speakers=("ann",))
    task = WaveNetTask(config, recipe_of("all", tmp_path), Budget(steps=1), Speed("float32", compile=False))
    inner = {name for name, p in task.model.named_parameters() if is_inner(name, p, config)}
    assert {name for name in inner if not name.startswith(("layers.1", "layers.2", "layers.3"))} == {
        "layers.0.dilated.weight",
        "layers.0.residual.weight",
        "layers.0.local.weight",
        "skip.weight",
        "head.weight",
        "contexts.0.layers.0.dilated.weight",
        "contexts.0.layers.0.residual.weight",
        "contexts.0.layers.1.dilated.weight",
        "contexts.0.layers.1.residual.weight",
        "contexts.0.skip.weight",
    }
