from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from engine.corpus.speech.labels import Labels, Phone
from engine.corpus.speech.natural.kokoro import finished, need_libraries
from engine.errors import StudioError

HOP = 0.0125


def sentence() -> tuple[Any, Labels, Any]:
    """A second of a tone between pauses of half a second, at 24 kHz, with its labels and energy."""
    tone = 0.1 * np.sin(2 * np.pi * 200.0 * np.arange(24_000) / 24_000)
    audio = np.concatenate([np.zeros(12_000), tone, np.zeros(12_000)]).astype(np.float32)
    phones = (Phone("pau", 0.0, 0.5, 0), Phone("a", 0.5, 1.5, 1), Phone("pau", 1.5, 2.0, 0))
    energy = np.arange(160, dtype=np.float32)  # its own number, each 12.5 ms
    return audio, Labels(phones, np.full(400, 200.0)), energy


def test_a_sentence_is_trimmed_to_100_ms_before_and_150_ms_after_and_levelled() -> None:
    utterance = finished(*sentence(), {"energy_hop": HOP})
    assert utterance is not None
    assert len(utterance.samples) == round(1.25 * 16_000)
    sounding = utterance.samples[4_000:16_000]
    assert 20.0 * np.log10(np.sqrt((sounding**2).mean())) == pytest.approx(-22.0, abs=0.3)
    assert [round(value, 3) for value in utterance.labels.spoken()] == [0.1, 1.1]


def test_the_energy_is_that_of_the_part_that_stays() -> None:
    utterance = finished(*sentence(), {"energy_hop": HOP})
    assert utterance is not None
    assert utterance.more["energy"] == [float(number) for number in range(32, 132)]


def test_a_silent_sentence_is_none() -> None:
    audio, labels, energy = sentence()
    assert finished(0.0 * audio, labels, energy, {"energy_hop": HOP}) is None


def test_missing_libraries_are_named_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnx" else object())
    with pytest.raises(
        StudioError, match=r"natural voices need onnx, .*pip install .*; or give --voices synth"
    ):
        need_libraries()
