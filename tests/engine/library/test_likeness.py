from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.likeness import in_the_voice_of
from engine.speech.conversion import voice_statistics
from engine.speech.features import CHANNELS, Floats
from engine.wavenet.config import LocalConfig, VoiceStatistics
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

SPEECH = LocalConfig(channels=CHANNELS, hop=80, features="speech", encoder=(8, 6))
LOW = VoiceStatistics((-1.0,) * CHANNELS, (0.5,) * CHANNELS)
HIGH = VoiceStatistics((1.0,) * CHANNELS, (2.0,) * CHANNELS)


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    reported = dataclasses.replace(SPEECH, voices=(LOW, HIGH))
    return save_tiny_model(tmp_path / "v.safetensors", "v", local=reported, tags=(), speakers=("ann", "bob"))


@pytest.fixture
def features() -> Floats:
    """Two seconds of random features, all of them voiced."""
    made = np.random.default_rng(1).standard_normal((400, CHANNELS)).astype(np.float32)
    made[:, 22], made[:, 23] = 1.0, 0.0
    return made


def test_what_anybody_says_gets_the_melody_and_the_timbre_of_the_speaker(
    model: ModelFile, features: Floats
) -> None:
    for speaker, mean, deviation in (("ann", -1.0, 0.5), ("bob", 1.0, 2.0)):
        found = voice_statistics(in_the_voice_of(speaker, features, model))
        np.testing.assert_allclose(found.mean[1:21], mean, atol=2e-3)
        np.testing.assert_allclose(found.deviation[1:20], deviation, atol=2e-3)


def test_an_unknown_speaker_is_named(model: ModelFile, features: Floats) -> None:
    with pytest.raises(StudioError, match="zoe"):
        in_the_voice_of("zoe", features, model)


def test_a_model_that_does_not_know_its_voices_says_so(tmp_path: Path, features: Floats) -> None:
    model = save_tiny_model(tmp_path / "v.safetensors", "v", local=SPEECH, tags=(), speakers=("ann", "bob"))
    with pytest.raises(StudioError, match="what the voice of 'ann' is like; --as-recorded"):
        in_the_voice_of("ann", features, model)


def test_a_model_has_a_voice_for_each_speaker_or_none(tmp_path: Path) -> None:
    reported = dataclasses.replace(SPEECH, voices=(LOW,))
    with pytest.raises(ValueError, match="1 voices for 2 speakers"):
        save_tiny_model(tmp_path / "v.safetensors", "v", local=reported, tags=(), speakers=("ann", "bob"))
