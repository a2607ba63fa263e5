from __future__ import annotations

from pathlib import Path

import pytest

from engine.library.audio_files import read_audio
from engine.speech.recognition.classes import CLASSES, SILENCE
from engine.speech.recognition.errors import phone_errors
from engine.speech.recognition.recogniser import Recogniser

ASSETS = Path(__file__).parents[4] / "assets"
CLIP = ASSETS / "auditions" / "michael.ogg"
SAID = (
    "eh v r iy s aw n d dh ae t y uw hh ih r w ah z d r aa n f r ah m ah d ih s t r ah b y uw sh ah n".split()
)
"""Every sound that you hear was drawn from a distribution, as the voice of the clip says it."""


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.read(ASSETS / "speech" / "phones.safetensors")


def test_the_shipped_recogniser_is_small_and_knows_all_classes(recogniser: Recogniser) -> None:
    assert (ASSETS / "speech" / "phones.safetensors").stat().st_size <= 3_000_000
    assert recogniser.header.classes == CLASSES
    assert recogniser.sample_rate == 16_000


def test_it_hears_what_a_voice_of_ours_says(recogniser: Recogniser) -> None:
    found = [phone.name for phone in recogniser.recognise(read_audio(CLIP, 16_000))]
    assert phone_errors(SAID, [name for name in found if name != SILENCE]).rate <= 40.0
