"""Crops of sentences that are played faster or slower: sound and what is told of it go together."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.writer import CorpusWriter
from engine.speech.features import LOG_F0, VOICED, hertz
from engine.training.data import Crops
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.settings import Recipe, read_recipe
from engine.training.varispeed import Varispeed, at_speed
from engine.wavenet.codes import decode
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import emphasis_of
from tests.engine.training.corpus import toy_recipe

RATE, PITCH, CROP = 16_000, 200.0, 8000


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    toy = read_recipe(toy_recipe(tmp_path))
    return dataclasses.replace(toy, model=dataclasses.replace(toy.model, speech=(12, 8)), noisy=0.0)


@pytest.fixture
def encoded(tmp_path: Path) -> EncodedCorpus:
    """Two seconds and a quarter of one, of 200 Hz with two overtones."""
    wave = sum(np.sin(2 * np.pi * PITCH * k * np.arange(2 * RATE) / RATE) / k for k in (1, 2, 3)) * 0.3
    with CorpusWriter(tmp_path / "corpus", kind="speech", sample_rate=RATE, seed=1, sources=[]) as writer:
        writer.add("long", "train", wave, speaker="ann")
        writer.add("short", "train", wave[: RATE // 4], speaker="bob")
        writer.add("kept", "validation", wave, speaker="ann")
    return EncodedCorpus(tmp_path / "corpus")


def config_of(recipe: Recipe, encoded: EncodedCorpus) -> ModelConfig:
    return recipe.model.config(sample_rate=RATE, tags=encoded.tags, speakers=encoded.speakers)


def loudest_hz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * len(sound)))
    return float(np.argmax(spectrum)) * RATE / (8 * len(sound))


@pytest.mark.parametrize("semitones", [-12, -5, 0, 7])
def test_what_is_played_faster_is_shorter_and_higher_by_the_same_factor(semitones: int) -> None:
    factor = 2.0 ** (semitones / 12.0)
    wave = 0.5 * np.sin(2 * np.pi * PITCH * np.arange(RATE) / RATE).astype(np.float32)
    played = at_speed(wave, RATE, factor)
    assert len(played) == pytest.approx(RATE / factor, abs=2)
    assert loudest_hz(played) == pytest.approx(PITCH * factor, abs=0.5)


def test_a_crop_is_told_the_pitch_that_it_has(recipe: Recipe, encoded: EncodedCorpus) -> None:
    config = config_of(recipe, encoded)
    assert emphasis_of(config).changes_nothing
    varispeed, draw = Varispeed(encoded, config, 4.0), np.random.default_rng(1)
    heard = []
    for _ in range(24):
        crop, frames, global_features = varispeed.crop(draw, CROP)
        counted = crop.mask > 0.0
        sound = decode(crop.targets[counted].astype(np.uint8))
        heard.append(loudest_hz(sound) / PITCH)
        told = frames[: int(counted.sum()) // 80][4:-4]
        assert (told[:, VOICED] > 0.5).mean() > 0.95
        pitches = hertz(told[told[:, VOICED] > 0.5, LOG_F0])
        assert float(np.median(pitches)) == pytest.approx(heard[-1] * PITCH, rel=0.01)
        assert len(crop.targets) == CROP
        assert global_features.tolist() in ([1.0, 0.0], [0.0, 1.0])
        np.testing.assert_array_equal(crop.previous[1:][counted[1:]], crop.targets[:-1][counted[1:]])
    semitones = 12.0 * np.log2(heard)
    assert -4.1 < semitones.min() < -2.0
    assert 2.0 < semitones.max() < 4.1


def test_a_recipe_says_how_many_crops_are_at_another_speed(recipe: Recipe, encoded: EncodedCorpus) -> None:
    def pitches(share: float) -> list[float]:
        changed = dataclasses.replace(recipe, varispeed=share)
        batches = iter(Crops(encoded, changed, config_of(recipe, encoded), lambda step: 0.0))
        rows = [row for _ in range(30) for row in next(batches)["frames"].numpy()]
        return [float(np.median(hertz(row[row[:, VOICED] > 0.5, LOG_F0]))) for row in rows]

    assert np.allclose(pitches(0.0), PITCH, rtol=0.02)
    moved = np.mean([abs(pitch / PITCH - 1.0) > 0.02 for pitch in pitches(0.5)])
    assert 0.25 < moved < 0.65


def test_a_model_that_is_told_no_features_cannot_be_told_predicted_ones(recipe: Recipe) -> None:
    silent = dataclasses.replace(recipe.model, speech=())
    with pytest.raises(ValueError, match="models that are told speech features"):
        dataclasses.replace(recipe, model=silent, predicted=0.5)
