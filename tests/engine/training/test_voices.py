"""Training on speech features: what a crop is shown, and that the model learns to be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.corpus.features import corpus_features
from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.reference import ReferenceKernel
from engine.network.model import WaveNet
from engine.speech.features import CHANNELS, LOG_F0, hertz, speech_features
from engine.training.budget import Budget
from engine.training.crops import fixed_crops
from engine.training.data import Crops
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.evaluate import evaluate
from engine.training.run import RunOptions, train
from engine.training.settings import Recipe, read_recipe
from engine.wavenet.config import FRAME_TAPS, GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.emphasis import codes_of
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_recipe
from tests.models import TINY, random_model

RATE = 4000
HOP = 20


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two speakers who hum another pitch in every piece, loud or soft; pieces end within a hop."""
    folder = tmp_path_factory.mktemp("hummed") / "corpus"
    with CorpusWriter(folder, kind="speech", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index in range(12):
            for speaker in ("ann", "bob"):
                split = ("train", "validation", "test")[index // 4]
                pitch = 100.0 + 20.0 * index
                wave = np.sin(2 * np.pi * pitch * np.arange(3007) / RATE)
                wave += np.sin(4 * np.pi * pitch * np.arange(3007) / RATE) / 3
                wave *= 0.4 if (index + (speaker == "bob")) % 2 else 0.02
                writer.add(f"{speaker}-{index}", split, wave, speaker=speaker)
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    toy = read_recipe(toy_recipe(tmp_path))
    shape = replace(toy.model, speech=(12, 8), pre_emphasis=0.85)
    return replace(toy, model=shape, noisy=0.0, dropout=0.0)


def config_of(recipe: Recipe, encoded: EncodedCorpus) -> ModelConfig:
    return recipe.model.config(sample_rate=RATE, tags=encoded.tags, speakers=encoded.speakers)


def test_features_are_made_once_and_kept_beside_the_corpus(corpus: Path) -> None:
    opened = Corpus(corpus)
    first = corpus_features(opened)
    kept = next(corpus.glob("features-*.npy"))
    before = kept.stat().st_mtime_ns
    again = corpus_features(Corpus(corpus))
    assert kept.stat().st_mtime_ns == before
    for piece, one, two in zip(opened.pieces, first, again, strict=True):
        np.testing.assert_array_equal(one, two)
        own = speech_features(opened.samples(piece), RATE)
        np.testing.assert_array_equal(one, own.astype(np.float16))


def test_a_crop_is_shown_the_features_of_its_own_samples(corpus: Path, recipe: Recipe) -> None:
    encoded = EncodedCorpus(corpus)
    crops = iter(Crops(encoded, recipe, config_of(recipe, encoded), lambda step: 0.0))
    found = 0
    for _ in range(20):
        batch = {key: value.numpy() for key, value in next(crops).items()}
        assert batch["frames"].shape == (2, 13, CHANNELS)  # 256 samples in hops of 20
        for targets, frames in zip(batch["targets"], batch["frames"], strict=True):
            melody = frames[2:-2, LOG_F0]
            if np.ptp(melody) > 0.01:
                continue  # where one piece ends and the next begins
            spectrum = np.abs(np.fft.rfft((targets - 128.0) * np.hanning(256), 4096))
            strongest = np.argmax(spectrum) * RATE / 4096
            told = hertz(melody).mean()
            assert min(abs(strongest - told), abs(strongest - 2 * told)) < 12.0
            found += 1
    assert found > 10


def test_codes_are_those_of_the_filtered_sound(corpus: Path, recipe: Recipe) -> None:
    encoded = EncodedCorpus(corpus)
    config = config_of(recipe, encoded)
    piece = encoded.corpus.pieces[3]
    samples = encoded.corpus.samples(piece)
    np.testing.assert_array_equal(encoded.piece(piece, config), codes_of(config, samples))
    (batch,) = fixed_crops(encoded, "validation", 1, 100, config)
    first = encoded.corpus.split("validation")[0]
    np.testing.assert_array_equal(batch["targets"][0], encoded.piece(first, config)[:100])


def test_after_training_own_features_do_better_than_anothers(
    corpus: Path, recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(recipe, learning_rate=0.004, ema=0.9, cold_starts=0.5)
    path = train(
        recipe, Budget(steps=200), RunOptions(corpus, tmp_path / "run", progress_bar=False, log_every=1)
    )
    model = load_model(path)
    assert model.config.pre_emphasis == 0.85
    figures = evaluate(path, corpus, clips=8, seconds=0.5)
    assert figures["bits_per_sample_with_frames"] < figures["bits_per_sample_with_wrong_frames"]
    assert figures["right_frames_better"] > 0.7


def test_the_frame_net_is_the_same_in_training_and_in_a_stream() -> None:
    local = LocalConfig(channels=CHANNELS, hop=8, features="speech", encoder=(10, 6))
    model = random_model(ModelConfig(**TINY, local=local))
    network = WaveNet(model.config)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    rng = np.random.default_rng(0)
    frames = rng.standard_normal((9, CHANNELS)).astype(np.float32)
    codes = rng.integers(0, 256, 72).astype(np.uint8)
    conditions = StreamConditions(LocalCondition(model, frames))
    generator = Generator(ReferenceKernel(model), GenerationParams(), 0, conditions)
    streamed = generator.score(codes)
    inputs = torch.from_numpy(np.append(128, codes[:-1]).astype(np.int64))[None]
    with torch.inference_mode():
        global_features = torch.zeros(1, model.config.global_channels)
        whole = network(inputs, global_features, torch.from_numpy(frames)[None])[0].numpy()
    np.testing.assert_allclose(streamed, whole, atol=2e-4)


def test_a_frame_net_looks_two_frames_ahead_for_each_of_its_layers() -> None:
    local = LocalConfig(channels=3, hop=8, encoder=(5, 4))
    model = random_model(ModelConfig(**TINY, local=local))
    frames = np.random.default_rng(0).standard_normal((20, 3)).astype(np.float32)
    changed = frames.copy()
    changed[10] += 1.0
    rows = [LocalCondition(model, given).rows(0, 160).rows for given in (frames, changed)]
    differ = np.flatnonzero((rows[0] != rows[1]).any(axis=1))
    assert rows[0].shape == (20, 4)
    reach = 2 * (FRAME_TAPS // 2)
    assert (differ.min(), differ.max()) == (10 - reach, 10 + reach)
