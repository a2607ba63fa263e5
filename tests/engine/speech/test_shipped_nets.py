"""The nets that are shipped speak in six voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.speech.nets import SpeechNets
from engine.speech.spoken import Manner, Spoken
from tests.speech_nets import phrase

NETS = Path(__file__).parents[3] / "assets" / "speech" / "nets.safetensors"
LOG_F0, VOICED = 20, 22


@pytest.fixture(scope="module")
def said() -> dict[str, Spoken]:
    """ "Hello there." by each voice."""
    nets = SpeechNets.read(NETS)
    return {name: nets.say(phrase("həlO", "ðɛɹ"), Manner(((name, 1.0),))) for name in nets.speakers}


def test_six_voices_say_two_words_in_half_a_second_to_a_second(said: dict[str, Spoken]) -> None:
    assert set(said) == {"heart", "michael", "bella", "fenrir", "george", "emma"}
    for spoken in said.values():
        assert 0.4 < spoken.ends[-1] / 200 < 1.2
        assert np.isfinite(spoken.frames).all()


def test_two_of_them_are_british() -> None:
    nets = SpeechNets.read(NETS)
    assert {name for name in nets.speakers if nets.accent_of(name) == "british"} == {"emma", "george"}


def test_women_speak_higher_than_men_and_heart_half_an_octave_above_michael(said: dict[str, Spoken]) -> None:
    pitch = {
        name: np.median(spoken.frames[spoken.frames[:, VOICED] > 0.5, LOG_F0])
        for name, spoken in said.items()
    }
    women = [pitch[name] for name in ("heart", "bella", "emma")]
    men = [pitch[name] for name in ("michael", "fenrir", "george")]
    assert min(women) > max(men)
    assert pitch["heart"] - pitch["michael"] > 1.0  # half octaves; in the corpus the means are 1.46 apart
