from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.budget import Budget
from engine.training.crops import fixed_crops, make_crop
from engine.training.data import CropData, Crops
from engine.training.encoded_corpus import EncodedCorpus, tracks
from engine.training.settings import Recipe, read_recipe
from engine.training.task import WaveNetTask
from engine.wavenet import mulaw
from engine.wavenet.codes import NEAREST
from engine.wavenet.config import ContextConfig, ModelConfig
from tests.engine.training.corpus import toy_corpus, toy_recipe

MODEL = ModelConfig(dilations=(1,))
FINE = ModelConfig(dilations=(1,), input="scalar", output="gaussian")


@pytest.fixture
def encoded(tmp_path: Path) -> EncodedCorpus:
    toy_corpus(tmp_path / "corpus")
    return EncodedCorpus(tmp_path / "corpus")


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return read_recipe(toy_recipe(tmp_path))


def test_the_table_encodes_every_sixteen_bit_sample_like_the_formula() -> None:
    samples = np.array([-32768, -1000, -1, 0, 1, 77, 32767], dtype=np.int16)
    assert np.array_equal(NEAREST[samples.view(np.uint16)], mulaw.encode(samples / 32768))


def test_inputs_are_the_targets_one_sample_earlier() -> None:
    crop = make_crop(np.arange(10, 20, dtype=np.uint8), 3, 4, cold=False)
    assert crop.targets.tolist() == [13, 14, 15, 16]
    assert crop.previous.tolist() == [12, 13, 14, 15]


def test_a_cold_start_knows_nothing_of_what_came_before() -> None:
    crop = make_crop(np.arange(10, 20, dtype=np.uint8), 3, 4, cold=True)
    assert crop.previous.tolist() == [mulaw.SILENCE, 13, 14, 15]


def test_what_is_too_short_is_padded_and_the_padding_does_not_count() -> None:
    crop = make_crop(np.arange(10, 20, dtype=np.uint8), 8, 4, cold=False)
    assert crop.targets.tolist() == [18, 19, mulaw.SILENCE, mulaw.SILENCE]
    assert crop.mask.tolist() == [1, 1, 0, 0]


def test_a_speakers_sentences_lie_end_to_end(encoded: EncodedCorpus) -> None:
    ann, bob = tracks(encoded, "train", MODEL)
    assert len(ann.codes) == 10 * 3000
    assert ann.starts.tolist() == list(range(0, 30_000, 3000))
    assert ann.global_features.tolist() == [0.0, 1.0, 1.0, 0.0]  # tags high, low; speakers ann, bob
    assert bob.global_features.tolist() == [1.0, 0.0, 0.0, 1.0]


def test_batches_depend_on_the_step_alone(encoded: EncodedCorpus, recipe: Recipe) -> None:
    whole = Crops(encoded, recipe, MODEL, lambda step: 0.0)
    batches = [batch for batch, _ in zip(whole, range(4), strict=False)]
    later = Crops(encoded, recipe, MODEL, lambda step: 0.0)
    later.step = 2
    again = next(iter(later))
    assert all((again[key] == batches[2][key]).all() for key in again)
    assert not (again["inputs"] == batches[3]["inputs"]).all()


def test_processes_beside_training_cut_the_same_crops_in_the_same_order(
    encoded: EncodedCorpus, recipe: Recipe
) -> None:
    def batches(workers: int) -> list[dict[str, torch.Tensor]]:
        config = recipe.model.config(sample_rate=4000, tags=encoded.tags, speakers=encoded.speakers)
        task = WaveNetTask(config, recipe, Budget(steps=10))
        data = CropData(encoded, task, workers)
        data.load_state_dict({"step": 3})
        return [batch for batch, _ in zip(data.train_dataloader(), range(6), strict=False)]

    for alone, beside in zip(batches(0), batches(2), strict=True):
        assert all(torch.equal(alone[key], beside[key]) for key in alone)


def test_a_process_beside_training_leaves_it_to_that_to_be_told_to_stop(
    encoded: EncodedCorpus, recipe: Recipe
) -> None:
    config = recipe.model.config(sample_rate=4000, tags=encoded.tags, speakers=encoded.speakers)
    batches = iter(CropData(encoded, WaveNetTask(config, recipe, Budget(steps=10)), 1).train_dataloader())
    next(batches)
    (worker,) = multiprocessing.active_children()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGTERM)
    for _ in range(20):  # more than were made ahead
        next(batches)
    assert worker.is_alive()


def test_the_share_of_cold_starts_is_as_asked(encoded: EncodedCorpus, recipe: Recipe) -> None:
    quiet = dataclasses.replace(recipe, noisy=0.0, cold_starts=0.25, skipped=0.1)
    crops = Crops(encoded, quiet, MODEL, lambda step: 0.0)
    cold = [row[0] == 1.0 for batch, _ in zip(crops, range(300), strict=False) for row in batch["mask"]]
    assert np.mean(cold) == pytest.approx(0.25, abs=0.06)  # 600 draws: ±3.4 standard errors


def test_noise_moves_the_inputs_by_a_level_or_so_and_never_the_targets(
    encoded: EncodedCorpus, recipe: Recipe
) -> None:
    noisy = next(
        iter(Crops(encoded, dataclasses.replace(recipe, noisy=1.0, noise=1.0), MODEL, lambda step: 0.0))
    )
    shift = (noisy["inputs"][:, 1:] - noisy["targets"][:, :-1]).float()
    assert 0.7 < float(shift.std()) < 1.4
    assert int(noisy["inputs"].min()) >= 0
    assert int(noisy["inputs"].max()) <= 255


def test_dropout_takes_the_whole_condition_away(encoded: EncodedCorpus, recipe: Recipe) -> None:
    crops = Crops(encoded, dataclasses.replace(recipe, dropout=1.0), MODEL, lambda step: 0.0)
    assert not next(iter(crops))["global_features"].any()


def test_a_model_of_sixteen_bits_learns_the_corpus_as_it_is(encoded: EncodedCorpus, recipe: Recipe) -> None:
    ann, _ = tracks(encoded, "train", FINE)
    assert ann.codes.dtype == np.int16
    first = encoded.corpus.split("train")[0]
    np.testing.assert_array_equal(ann.codes[: first.length] / 32768, encoded.corpus.samples(first))
    batch = next(iter(Crops(encoded, dataclasses.replace(recipe, noisy=0.0), FINE, lambda step: 0.0)))
    assert batch["inputs"].dtype == torch.float32
    np.testing.assert_allclose(batch["inputs"][:, 1:] * 32768, batch["targets"][:, :-1], atol=0.01)


def test_a_cold_start_of_a_sixteen_bit_model_hears_an_amplitude_of_zero(encoded: EncodedCorpus) -> None:
    (batch,) = fixed_crops(encoded, "validation", 1, 100, FINE)
    assert batch["inputs"][0, 0] == 0.0


@pytest.mark.parametrize("kind", [MODEL, FINE])
@pytest.mark.parametrize("noisy", [0.0, 1.0])
def test_context_stacks_hear_the_samples_that_the_input_hears_a_step_later(
    encoded: EncodedCorpus, recipe: Recipe, kind: ModelConfig, noisy: float
) -> None:
    config = dataclasses.replace(kind, contexts=(ContextConfig(pooling=4, dilations=(1,), channels=2),))
    batch = next(iter(Crops(encoded, dataclasses.replace(recipe, noisy=noisy), config, lambda step: 0.0)))
    amplitudes, inputs = batch["amplitudes"].numpy(), batch["inputs"].numpy()
    heard = mulaw.decode(inputs) if kind is MODEL else inputs
    assert amplitudes.shape == inputs.shape
    np.testing.assert_array_equal(amplitudes[:, :-1], heard[:, 1:])
    targets = batch["targets"].numpy()
    clean = mulaw.decode(targets) if kind is MODEL else targets / 32768
    assert np.allclose(amplitudes[:, :-1], clean[:, :-1], atol=1e-6) == (noisy == 0.0)


def test_only_models_with_context_stacks_are_handed_amplitudes(
    encoded: EncodedCorpus, recipe: Recipe
) -> None:
    assert "amplitudes" not in next(iter(Crops(encoded, recipe, MODEL, lambda step: 0.0)))
