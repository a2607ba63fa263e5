"""A step back from what was learnt, where what was known has suffered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.own.restraint import SHARES, between, restrained
from engine.training.own.task import RehearsingTask
from engine.wavenet.model_file import Weights
from tests.engine.training.test_own import task_of
from tests.models import save_tiny_model


@pytest.fixture
def task(tmp_path: Path) -> RehearsingTask:
    model = save_tiny_model(tmp_path / "tiny.safetensors")
    return task_of(model, tmp_path / "tiny.safetensors")


def moved(task: RehearsingTask, by: float) -> Weights:
    """The task's weights, each moved by a random number of this deviation."""
    rng = np.random.default_rng(5)
    return {
        name: (parameter.detach().numpy() + rng.normal(0.0, by, parameter.shape)).astype(np.float32)
        for name, parameter in task.model.named_parameters()
    }


def crops(task: RehearsingTask) -> list[dict[str, torch.Tensor]]:
    """One of the new tag and one of an old one."""
    codes = torch.randint(256, (1, 600), generator=torch.Generator().manual_seed(3))
    batches = []
    for column in (task.column, 0):
        features = torch.zeros(1, 6)
        features[0, column] = 1.0
        mask = torch.ones(1, 600)
        batches.append({"inputs": codes, "targets": codes, "mask": mask, "global_features": features})
    return batches


def test_halfway_is_the_mean_but_for_the_new_column(task: RehearsingTask) -> None:
    new = moved(task, 0.1)
    half = between(task, new, 0.5)
    old = {name: parameter.detach().numpy() for name, parameter in task.model.named_parameters()}
    np.testing.assert_allclose(
        half["skip.weight"], (old["skip.weight"] + new["skip.weight"]) / 2, rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(half["condition.weight"][:, 3], new["condition.weight"][:, 3])
    expected = (old["condition.weight"][:, 4] + new["condition.weight"][:, 4]) / 2
    np.testing.assert_allclose(half["condition.weight"][:, 4], expected, rtol=1e-5, atol=1e-6)


def test_what_has_not_suffered_is_kept_whole(task: RehearsingTask) -> None:
    new = moved(task, 0.0)
    found = restrained(task, new, crops(task))
    assert found.share == 1.0
    assert found.lost_bits == pytest.approx(0.0, abs=1e-5)


def test_what_has_suffered_is_drawn_back_until_a_twentieth_of_a_bit_is_lost(task: RehearsingTask) -> None:
    new = moved(task, 0.12)
    found = restrained(task, new, crops(task))
    assert SHARES[-1] < found.share < 1.0
    assert found.lost_bits <= 0.05
    task.model.load_state_dict({name: torch.from_numpy(value) for name, value in new.items()})
    assert task.apart(crops(task)[1]) > 0.05
