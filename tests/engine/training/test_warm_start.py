from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import StudioError
from engine.music.condition import score_config
from engine.training.budget import Budget
from engine.training.settings import read_recipe
from engine.training.task import WaveNetTask
from engine.training.warm_start import start_from
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import save_model, weight_shapes
from tests.engine.training.corpus import toy_recipe

TAGS = ("calm", "fast", "piano")


def config(tmp_path: Path, tags: tuple[str, ...] = TAGS) -> ModelConfig:
    shape = read_recipe(toy_recipe(tmp_path)).model
    return shape.config(sample_rate=4000, tags=tags, speakers=("ann",))


def written(tmp_path: Path, config: ModelConfig) -> Path:
    rng = np.random.default_rng(3)
    weights = {
        key: rng.normal(0, 0.5, shape).astype(np.float16).astype(np.float32)
        for key, shape in weight_shapes(config).items()
    }
    path = tmp_path / "given.safetensors"
    save_model(path, name="given", config=config, weights=weights, card={"training": {"minutes": 7.0}})
    return path


def task_of(tmp_path: Path, config: ModelConfig) -> WaveNetTask:
    return WaveNetTask(config, read_recipe(toy_recipe(tmp_path)), Budget(steps=1))


def test_columns_of_the_condition_follow_their_names(tmp_path: Path) -> None:
    given = config(tmp_path)
    path = written(tmp_path, given)
    before = task_of(tmp_path, given)
    assert start_from(before, path) == {"minutes": 7.0}
    other = task_of(tmp_path, config(tmp_path, tags=("piano", "brass", "calm")))
    fresh = other.model.condition.weight.detach().clone()  # type: ignore[union-attr]
    start_from(other, path)
    old, new = (t.model.condition.weight.detach() for t in (before, other))  # type: ignore[union-attr]
    assert torch.equal(new[:, 0], old[:, 2])
    assert torch.equal(new[:, 1], fresh[:, 1])
    assert torch.equal(new[:, 2], old[:, 0])
    assert torch.equal(new[:, 3], old[:, 3])
    assert torch.equal(other.model.skip.weight, before.model.skip.weight)


def test_what_tells_of_a_guide_at_first_means_nothing(tmp_path: Path) -> None:
    given = config(tmp_path)
    path = written(tmp_path, given)
    task = task_of(tmp_path, replace(given, guided=True))
    start_from(task, path)
    weight = task.model.condition.weight.detach()  # type: ignore[union-attr]
    assert weight.shape[1] == len(TAGS) + 2
    assert weight[:, :-1].all()
    assert not weight[:, -1].any()
    told = written(tmp_path, replace(given, guided=True))
    start_from(task, told)
    assert task.model.condition.weight.detach()[:, -1].all()  # type: ignore[union-attr]


def test_a_model_that_learns_to_follow_a_score_sounds_at_first_like_the_one_it_starts_from(
    tmp_path: Path,
) -> None:
    given = config(tmp_path)
    path = written(tmp_path, given)
    plain = task_of(tmp_path, given)
    scored = task_of(tmp_path, replace(given, local=score_config(4000)))
    start_from(plain, path)
    start_from(scored, path)
    codes = torch.randint(0, 256, (1, 100))
    global_features = torch.tensor([[1.0, 0.0, 1.0, 1.0]])
    frames = torch.rand(1, 3, 185)
    with torch.inference_mode():
        assert torch.equal(scored.model(codes, global_features, frames), plain.model(codes, global_features))


def test_a_model_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, config(tmp_path))
    wider = task_of(tmp_path, replace(config(tmp_path), skip_channels=24))
    with pytest.raises(StudioError, match=r"given\.safetensors: cannot start .* differs in skip_channels"):
        start_from(wider, path)
    untagged = task_of(tmp_path, replace(config(tmp_path), tags=(), speakers=()))
    with pytest.raises(StudioError, match="differs in tags or speakers"):
        start_from(untagged, path)


def test_a_model_with_another_local_condition_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, replace(config(tmp_path), local=score_config(4000)))
    with pytest.raises(StudioError, match="differs in local"):
        start_from(task_of(tmp_path, config(tmp_path)), path)
