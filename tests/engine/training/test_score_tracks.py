"""Training with a guide track, and with some of the tags: what a crop is heard and shown as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.reference import ReferenceKernel
from engine.music.guide import ScoreGuide
from engine.training.augment import mix_score_track
from engine.training.evaluate import network_of
from engine.training.settings import Recipe, Stage, read_recipe
from engine.wavenet.codes import silence
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import GenerationParams, ModelConfig
from tests.engine.training.corpus import crops_of, scored_corpus, toy_corpus, toy_recipe
from tests.models import TINY, random_model

NOTES = np.array([[0.0, 0.05, 69, 100, 0, 0], [0.02, 0.04, 60, 127, 9, 1]], np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_corpus(tmp_path_factory.mktemp("scored") / "corpus").folder


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return replace(read_recipe(toy_recipe(tmp_path)), noisy=0.0, dropout=0.0)


def test_a_model_in_training_hears_what_a_stream_hears_that_plays_a_score() -> None:
    model = random_model(ModelConfig(**TINY))  # type: ignore[arg-type]
    config, params = model.config, GenerationParams(tags=(("calm", 1.0),))
    stream = Generator(
        ReferenceKernel(model), params, 3, StreamConditions(feedback=ScoreGuide(16_000, NOTES))
    )
    blocks = [stream.step(n) for n in (150, 1, 450)]
    drawn = np.concatenate([block.codes for block in blocks])
    previous = np.concatenate([[silence(config)], drawn[:-1]]).astype(np.int64)
    inputs = mix_score_track(config, previous, NOTES, 0)
    assert (inputs != previous).mean() > 0.5
    global_features = torch.from_numpy(condition_inputs(config, params)).unsqueeze(0)
    with torch.inference_mode():
        outputs = network_of(model)(torch.from_numpy(inputs).unsqueeze(0), global_features)[0].numpy()
    for end, block in zip((150, 151, 601), blocks, strict=True):
        np.testing.assert_allclose(outputs[end - 1], block.outputs, atol=1e-3)


def test_a_crop_from_the_middle_hears_the_guide_from_its_middle() -> None:
    previous = np.random.default_rng(1).integers(0, 256, 900)
    whole = mix_score_track(ModelConfig(), previous, NOTES, 0)
    part = mix_score_track(ModelConfig(), previous[300:], NOTES, 300)
    np.testing.assert_array_equal(part[1:], whole[301:])


def test_the_share_of_guided_crops_is_as_asked_and_targets_stay_as_they_are(
    corpus: Path, recipe: Recipe
) -> None:
    """Every piece has one note, from sample 1,000 on."""
    recipe = replace(recipe, guided=0.3, cold_starts=1.0, stages=(Stage(1.0, 2000, 2),))
    rows = []
    for batch, _ in zip(crops_of(corpus, recipe), range(200), strict=False):
        rows += list(zip(batch["inputs"].numpy()[:, 1:], batch["targets"].numpy()[:, :-1], strict=True))
    changed = np.mean([(inputs != targets).any() for inputs, targets in rows])
    assert changed == pytest.approx(0.3, abs=0.08)  # 400 draws: ±3.5 standard errors


def test_a_model_can_be_told_which_crops_are_guided(corpus: Path, recipe: Recipe) -> None:
    """Whatever else it is told: here, of no tags at all."""
    shape = replace(recipe.model, guided=True)
    recipe = replace(
        recipe, model=shape, guided=0.5, cold_starts=1.0, dropout=1.0, stages=(Stage(1.0, 2000, 2),)
    )
    for batch, _ in zip(crops_of(corpus, recipe), range(50), strict=False):
        changed = (batch["inputs"][:, 1:] != batch["targets"][:, :-1]).any(dim=1)
        assert torch.equal(batch["global_features"][:, -1], changed.float())
        assert not batch["global_features"][:, :-1].any()


def test_a_model_that_is_told_of_a_guide_must_hear_one(tmp_path: Path) -> None:
    path = toy_recipe(tmp_path)
    path.write_text(path.read_text().replace("[model]", "[model]\nguided = true"))
    with pytest.raises(StudioError, match="give guided, the share of crops"):
        read_recipe(path)


def test_the_share_of_drifted_crops_is_as_asked_and_targets_stay_as_they_are(
    corpus: Path, recipe: Recipe
) -> None:
    recipe = replace(recipe, astray=0.3, cold_starts=1.0, stages=(Stage(1.0, 2000, 2),))
    plain = replace(recipe, astray=0.0)
    changed = []
    for batch, other, _ in zip(crops_of(corpus, recipe), crops_of(corpus, plain), range(200), strict=False):
        assert torch.equal(batch["targets"], other["targets"])
        changed += (batch["inputs"] != other["inputs"]).any(dim=1).tolist()
    assert np.mean(changed) == pytest.approx(0.3, abs=0.08)  # 400 draws: ±3.5 standard errors


def test_a_guide_without_notes_is_refused(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(StudioError, match="the corpus has no notes; leave guided out of the recipe"):
        crops_of(toy_corpus(tmp_path / "plain").folder, replace(recipe, guided=0.5))


def test_some_crops_are_shown_with_some_of_their_tags(tmp_path: Path, recipe: Recipe) -> None:
    """Every crop of the toy corpus has a tag and a speaker: of both, half remain where all may go."""
    folder = toy_corpus(tmp_path / "plain").folder

    def shown(share: float) -> np.ndarray:
        crops = crops_of(folder, replace(recipe, fewer_tags=share))
        batches = [batch["global_features"].numpy() for batch, _ in zip(crops, range(200), strict=False)]
        return np.concatenate(batches).sum(axis=1)

    assert set(shown(0.0).tolist()) == {2.0}
    few = shown(1.0)
    assert set(few.tolist()) == {0.0, 1.0, 2.0}
    assert few.mean() == pytest.approx(1.0, abs=0.15)  # 400 draws of deviation 0.82: ±3.7 standard errors
