from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.kernels.reference import ReferenceKernel
from engine.training.budget import Budget
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.evaluate import active, clip_bits, evaluate, network_of, test_clips
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.wavenet import distributions, mulaw
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe
from tests.models import save_tiny_model

test_clips.__test__ = False  # type: ignore[attr-defined]  # a function of the engine, not a test


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("evaluate")
    corpus = toy_corpus(folder / "corpus").folder
    options = RunOptions(corpus=corpus, folder=folder / "run", threads=1, progress_bar=False)
    return train(read_recipe(toy_recipe(folder)), Budget(steps=150), options), corpus


def test_the_figures_say_that_a_trained_model_tells_its_speakers_apart(trained: tuple[Path, Path]) -> None:
    model, corpus = trained
    figures = evaluate(model, corpus, clips=8, seconds=0.4)
    assert figures["hash"] == load_model(model).header.hash
    assert 0.0 < figures["bits_per_sample"] < 5.0
    assert figures["right_condition_better"] >= 0.75
    assert {run["of"] for run in figures["free_runs"]} == {"ann", "bob"}


def test_bits_are_those_of_stepping_through_the_clip(trained: tuple[Path, Path]) -> None:
    model = load_model(trained[0])
    encoded = EncodedCorpus(trained[1])
    clip = next(test_clips(encoded, 1, 300, model.config))
    global_features = encoded.global_features(clip.piece)
    kernel = ReferenceKernel(model)
    state = kernel.new_state([0])
    state.previous[:] = clip.before
    logits = kernel.advance(state, kernel.project(global_features), clip.codes)[0]
    expected = distributions.bits(logits, clip.codes)
    assert clip_bits(network_of(model), clip, global_features) == pytest.approx(expected, abs=1e-3)


def test_active_samples_are_within_forty_decibels_of_the_loudest_frame() -> None:
    loud = 0.5 * np.sin(np.arange(320))
    codes = mulaw.encode(np.concatenate([loud, loud * 0.02, loud * 0.005]))  # 0, -34 and -46 dB
    assert active(codes).reshape(3, 320).all(axis=1).tolist() == [True, True, False]


def test_a_model_of_another_vocabulary_is_refused(tmp_path: Path, trained: tuple[Path, Path]) -> None:
    save_tiny_model(tmp_path / "m.safetensors")
    with pytest.raises(StudioError, match="was not trained on"):
        evaluate(tmp_path / "m.safetensors", trained[1], clips=1, seconds=0.1)


def test_a_corpus_without_labels_has_no_wrong_condition(tmp_path: Path) -> None:
    wave = 0.5 * np.sin(np.arange(3000) / 5)
    with CorpusWriter(tmp_path / "c", kind="music", sample_rate=4000, seed=1, sources=[]) as writer:
        for split in ("train", "validation", "test"):
            writer.add(split, split, wave)
    options = RunOptions(corpus=tmp_path / "c", folder=tmp_path / "run", threads=1, progress_bar=False)
    model = train(read_recipe(toy_recipe(tmp_path)), Budget(steps=1), options)
    figures = evaluate(model, tmp_path / "c", clips=1, seconds=0.1)
    assert figures["right_condition_better"] is None
    assert [run["of"] for run in figures["free_runs"]] == ["no label"]
