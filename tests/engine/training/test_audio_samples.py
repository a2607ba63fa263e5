from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.training.audio_samples import BLOCK, conditions, free_runs, picture, spectrogram
from engine.training.budget import Budget
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.wavenet.codes import decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe
from tests.models import save_tiny_model


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    torch.set_num_threads(1)
    return toy_corpus(tmp_path / "corpus").folder


def test_each_validation_leaves_audio_of_the_saved_model_and_a_picture(tmp_path: Path, corpus: Path) -> None:
    options = RunOptions(corpus=corpus, folder=tmp_path / "run", listen=0.1, progress_bar=False)
    model = load_model(train(read_recipe(toy_recipe(tmp_path)), Budget(steps=2), options))
    log = EventAccumulator(str(tmp_path / "run" / "log"), size_guidance={"audio": 0, "images": 0})
    log.Reload()
    assert log.Tags()["audio"] == ["ann", "bob"]
    (logged,) = log.Audio("bob")
    assert logged.step == 2
    samples, rate = soundfile.read(io.BytesIO(logged.encoded_audio_string), dtype="float32")
    assert rate == 4000
    again = Generator(select_kernel(model), GenerationParams(speaker="bob", tags=(("high", 1.0),)), 1)
    np.testing.assert_allclose(samples, decode(again.step(400).codes), atol=2 / 32767)
    (image,) = log.Images("spectrograms")
    assert (image.step, image.encoded_image_string[:4]) == (2, b"\x89PNG")


def test_conditions_are_those_of_validation_pieces(corpus: Path) -> None:
    assert conditions(EncodedCorpus(corpus)) == {
        "ann": GenerationParams(speaker="ann", tags=(("low", 1.0),)),
        "bob": GenerationParams(speaker="bob", tags=(("high", 1.0),)),
    }


def test_listening_ends_when_its_time_is_over(tmp_path: Path) -> None:
    save_tiny_model(tmp_path / "m.safetensors")
    kernel = select_kernel(load_model(tmp_path / "m.safetensors"), "reference")
    clips = free_runs(kernel, {name: GenerationParams() for name in "abc"}, 10**9, longest=0.0)
    assert [len(clip) for clip in clips.values()] == [BLOCK] * 3


def test_a_sine_of_full_scale_has_0_db_at_its_frequency() -> None:
    rate, bin_ = 16_000, 64
    sine = np.sin(2 * np.pi * bin_ / 512 * np.arange(rate)).astype(np.float32)
    levels = spectrogram(sine)
    assert levels.argmax(axis=1).tolist() == [bin_] * len(levels)
    np.testing.assert_allclose(levels.max(axis=1), 0.0, atol=0.1)
    assert levels[:, bin_ + 20].max() < -80.0
    assert picture({"sine": sine}, rate).shape == (160, 800, 3)
