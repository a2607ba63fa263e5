from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.training.data import Crops
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.settings import Recipe, Stage, read_recipe
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe
from tests.engine.training.processes import curves, start, start_together

STEPS = 12


def test_two_processes_with_a_batch_of_one_train_like_one_with_a_batch_of_two(tmp_path: Path) -> None:
    corpus = toy_corpus(tmp_path / "corpus").folder
    # Each process takes the mean over its own samples: those left out would have to be as many in all.
    recipe = replace(read_recipe(toy_recipe(tmp_path)), skipped=0.0, validate_minutes=1e-9)
    pair = start_together(with_batch(recipe, 1), STEPS, corpus, tmp_path / "pair", 2)
    alone = start(with_batch(recipe, 2), STEPS, corpus, tmp_path / "alone")
    for process in (*pair, alone):
        process.join(60.0)
        assert process.exitcode == 0
    ours, theirs = curves(tmp_path / "pair"), curves(tmp_path / "alone")
    for name in ("train_bits", "validation_bits"):
        assert list(ours[name]) == list(range(1, STEPS + 1))
        assert list(ours[name].values()) == pytest.approx(list(theirs[name].values()), abs=1e-3)
    one, two = (load_model(tmp_path / name / "model.safetensors") for name in ("pair", "alone"))
    for name, weights in one.weights.items():
        np.testing.assert_allclose(weights, two.weights[name], atol=2e-3, err_msg=name)
    assert one.header.card["training"]["samples"] == two.header.card["training"]["samples"]
    assert len(list((tmp_path / "pair" / "log").iterdir())) == 1  # only the first process writes


def test_processes_share_out_the_crops_of_one(tmp_path: Path) -> None:
    encoded = EncodedCorpus(toy_corpus(tmp_path / "corpus").folder)
    recipe = read_recipe(toy_recipe(tmp_path))
    config = recipe.model.config(sample_rate=4000, tags=encoded.tags, speakers=encoded.speakers)

    def targets(batch: int, rank: int) -> np.ndarray:  # type: ignore[type-arg]
        crops = Crops(encoded, with_batch(recipe, batch), config, lambda step: 0.0)
        crops.rank, crops.step = rank, 3
        return next(iter(crops))["targets"].numpy()

    shared = np.concatenate([targets(2, rank) for rank in range(2)])
    np.testing.assert_array_equal(shared, targets(4, 0))
    assert len(np.unique(shared, axis=0)) == 4


def with_batch(recipe: Recipe, batch: int) -> Recipe:
    return replace(recipe, stages=(Stage(until=1.0, crop=256, batch=batch),))
