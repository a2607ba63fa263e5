"""Training with a score: what a crop is shown, and that the model learns to listen to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.music.roll import GIVEN, HELD
from engine.training.budget import Budget
from engine.training.crops import fixed_crops, onset_mask, silence_mask
from engine.training.data import Crops
from engine.training.evaluate import evaluate
from engine.training.run import RunOptions, train
from engine.training.settings import Recipe, Stage, read_recipe
from engine.wavenet.config import ModelConfig
from tests.engine.training.corpus import crops_of, scored_corpus, toy_corpus, toy_recipe


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_corpus(tmp_path_factory.mktemp("scored") / "corpus").folder


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    toy = read_recipe(toy_recipe(tmp_path))
    return replace(toy, model=replace(toy.model, score="roll"))


def drawn(crops: Crops, count: int) -> list[dict[str, np.ndarray]]:
    rows = iter(crops)
    return [{key: value.numpy() for key, value in next(rows).items()} for _ in range(count)]


def test_the_notes_shown_with_a_crop_are_those_that_sound_in_it(corpus: Path, recipe: Recipe) -> None:
    for batch in drawn(crops_of(corpus, replace(recipe, score_dropout=0.0)), 20):
        assert batch["frames"].shape == (2, 7, 185)  # 256 samples at 40 samples a frame
        for codes, frames in zip(batch["targets"], batch["frames"], strict=True):
            held = frames[:, HELD].any(axis=1)
            # Beside its ends, a frame of a held note holds a loud wave and any other one holds none.
            for index in np.flatnonzero(np.diff(held.astype(int)) == 0):
                if 0 < index < 5 and held[index - 1] == held[index]:
                    loud = np.ptp(codes[40 * index : 40 * index + 40]) > 60
                    assert loud == held[index]


def test_a_share_of_the_crops_is_shown_no_score(corpus: Path, recipe: Recipe) -> None:
    given = [
        frames[:, GIVEN].max() for batch in drawn(crops_of(corpus, recipe), 300) for frames in batch["frames"]
    ]
    assert set(given) == {0.0, 1.0}
    assert np.mean(given) == pytest.approx(2 / 3, abs=0.06)  # 3 sigma of 600 crops


def test_emphasis_draws_what_bears_a_tag_more_often(corpus: Path, recipe: Recipe) -> None:
    batches = drawn(crops_of(corpus, replace(recipe, emphasis={"high": 3.0}, dropout=0.0)), 300)
    share = np.mean([batch["global_features"][:, 0] for batch in batches])  # tags are sorted: high, low
    assert share == pytest.approx(0.75, abs=0.055)  # 3 sigma of 600 crops
    with pytest.raises(StudioError, match="emphasis: the corpus has no tag or speaker 'loud'"):
        crops_of(corpus, replace(recipe, emphasis={"loud": 2.0}))


def test_silent_frames_weigh_what_the_recipe_says(corpus: Path, recipe: Recipe) -> None:
    whole = crops_of(corpus, replace(recipe, silence=0.25, skipped=0.0))
    for batch in drawn(whole, 20):
        for codes, mask in zip(batch["targets"], batch["mask"], strict=True):
            assert mask.tolist() == np.where(silence_mask(codes, whole.config), 0.25, 1.0).tolist()
    quiet = np.concatenate([np.full(80, 128), np.full(80, 200), np.full(40, 128)])
    assert silence_mask(quiet, whole.config).tolist() == [True] * 80 + [False] * 80 + [True] * 40


def test_every_second_validation_crop_comes_with_its_score(corpus: Path, recipe: Recipe) -> None:
    crops = crops_of(corpus, recipe)
    fixed = fixed_crops(crops.encoded, "validation", 4, 1000, crops.config)
    assert [float(crop["frames"][0, 0, GIVEN]) for crop in fixed] == [0.0, 1.0, 0.0, 1.0]


def test_a_corpus_without_notes_is_refused(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(StudioError, match="the corpus has no notes; leave score out of the recipe"):
        crops_of(toy_corpus(tmp_path / "plain").folder, recipe)


def test_a_rate_that_frames_do_not_fit_is_refused(recipe: Recipe) -> None:
    with pytest.raises(StudioError, match="100 frames a second do not fit 11025 Hz"):
        recipe.model.config(sample_rate=11_025, tags=(), speakers=())


def coins(folder: Path) -> Path:
    """A note every 10 ms, a high one or a low one by chance; the wave is up or down accordingly.

    Nothing but the score tells what comes next: an honest model of the sound alone is out by 1 bit a frame
    of 4 samples.
    """
    rng = np.random.default_rng(5)
    with CorpusWriter(folder, kind="music", sample_rate=400, seed=1, sources=[]) as writer:
        for index, split in enumerate(["train"] * 4 + ["validation"] + ["test"] * 4):
            high = rng.random(300) < 0.5
            notes = np.zeros((300, 6), np.float32)
            notes[:, 0], notes[:, 1] = np.arange(300) / 100, 0.01
            notes[:, 2], notes[:, 3] = np.where(high, 72, 60), 100
            writer.add(f"{index}", split, np.where(high, 0.5, -0.5).repeat(4), tags=("coins",), notes=notes)
    return folder


def test_a_model_learns_to_hear_the_score(recipe: Recipe, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    corpus = coins(tmp_path / "coins")
    options = RunOptions(corpus, tmp_path / "run", threads=1, progress_bar=False)
    quick = replace(recipe, noisy=0.0, outer_learning_rate=0.02)
    path = train(quick, Budget(steps=150), options)
    figures = evaluate(path, corpus, clips=4, seconds=3.0)
    assert figures["bits_per_sample"] > 0.25
    assert figures["bits_per_sample_with_score"] < 0.15


def test_beginnings_of_notes_weigh_more_where_the_recipe_says_so(corpus: Path, recipe: Recipe) -> None:
    """Every piece has one note, from 0.25 s on: its first 60 ms are samples 1,000 to 1,239."""
    recipe = replace(recipe, onsets=3.0, skipped=0.0, cold_starts=1.0, stages=(Stage(1.0, 2000, 1),))
    for batch in drawn(crops_of(corpus, recipe), 5):
        weights = np.ones((1, 2000))
        weights[:, 1000:1240] = 3.0
        np.testing.assert_array_equal(batch["mask"], weights)


def test_a_note_that_began_before_the_crop_counts_for_what_is_left_of_its_beginning(corpus: Path) -> None:
    config = ModelConfig(dilations=(1,), sample_rate=1000)
    begins = np.array([[0.08, 1.0, 60, 100, 0, 0], [0.15, 1.0, 60, 100, 0, 0], [0.16, 1.0, 62, 100, 0, 0]])
    found = onset_mask(begins.astype(np.float32), 100, 200, config)  # crop: 0.1 s to 0.3 s
    assert np.flatnonzero(found).tolist() == [*range(40), *range(50, 120)]
