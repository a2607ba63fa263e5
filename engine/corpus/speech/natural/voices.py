"""The eight natural speakers: six voices of Kokoro-82M, and two that are blends of two of them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.speech.text.dictionary import Accent


@dataclass(frozen=True)
class NaturalVoice:
    """A speaker of the corpus."""

    speaker: str
    styles: tuple[str, ...]
    """Kokoro's style vectors, whose mean is the voice: one for its own voices, two for a blend."""
    british: bool = False
    """Whether its text is read with British pronunciations."""


NATURAL_VOICES = (
    NaturalVoice("bella", ("af_bella",)),
    NaturalVoice("heart", ("af_heart",)),
    NaturalVoice("fenrir", ("am_fenrir",)),
    NaturalVoice("michael", ("am_michael",)),
    NaturalVoice("emma", ("bf_emma",), british=True),
    NaturalVoice("george", ("bm_george",), british=True),
    NaturalVoice("june", ("af_heart", "bf_emma")),
    NaturalVoice("miles", ("am_michael", "bm_george")),
)


def accent_of(speaker: str) -> Accent:
    """How the texts of a speaker are read; of one that is not ours, in American."""
    british = (voice.speaker for voice in NATURAL_VOICES if voice.british)
    return "british" if speaker in british else "american"
