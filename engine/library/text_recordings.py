"""A whole text said at once, into what a take keeps of it: for files; the window says it phrase by phrase."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from engine.errors import StudioError
from engine.library.recordings import SpokenRecording, in_steps, pack_long
from engine.library.spoken_texts import SaidWord, SpokenText, recording_of_text, said_words
from engine.speech.features import FRAME_RATE
from engine.speech.script import Phrase, neighbours
from engine.speech.spoken import Manner, Spoken

PAUSE_S = 0.1
"""What is shorter between two words is no pause."""


class Nets(Protocol):
    """What makes features of phrases: ``SpeechNets``."""

    def say(self, phrase: Phrase, manner: Manner, before: Phrase | None, after: Phrase | None) -> Spoken:
        """The phrase as the manner has it."""
        ...


def say_text(
    text: SpokenText,
    phrases: Sequence[Phrase],
    nets: Nets,
    sample_rate: int,
    progress: Callable[[int], object] | None = None,
) -> tuple[SpokenRecording, SpokenText]:
    """What ``text``, read as ``phrases``, becomes for models at ``sample_rate`` Hz, and its word times.

    ``progress`` is told after each phrase that one more was said. Raises StudioError where there is none, and
    as ``SpeechNets.say`` does.
    """
    if not phrases:
        raise StudioError("there is nothing to say in the text; give some English words")
    said = []
    for number, phrase in enumerate(phrases):
        said.append(nets.say(phrase, text.manner, *neighbours(phrases, number)))
        if progress:
            progress(1)
    frames = pack_long(in_steps(np.concatenate([spoken.frames for spoken in said])))
    return recording_of_text(text, frames, sample_rate), dataclasses.replace(text, words=_words(said))


def beginning(
    recording: SpokenRecording, text: SpokenText, seconds: float
) -> tuple[SpokenRecording, SpokenText]:
    """What ``say_text`` gave, to the middle of the last pause in its first ``seconds``.

    To their end where there is none in their second half.
    """
    frames = recording.array()
    most = round(seconds * FRAME_RATE)
    if len(frames) <= most:
        return recording, text
    pauses = [
        (word.after + following.first) // 2
        for word, following in itertools.pairwise(text.words)
        if following.first - word.after >= PAUSE_S * FRAME_RATE
    ]
    end = max((place for place in pauses if most / 2 <= place <= most), default=most)
    words = tuple(word for word in text.words if word.after <= end)
    packed = pack_long(in_steps(frames[:end]))
    return dataclasses.replace(recording, frames=packed), dataclasses.replace(text, words=words)


def _words(said: Sequence[Spoken]) -> tuple[SaidWord, ...]:
    """Those of phrases that are said one after another."""
    words: list[SaidWord] = []
    start = 0
    for spoken in said:
        spans = ((start + first, start + after) for first, after in spoken.phones())
        words += (word for _, word in said_words(spoken.phrase, dict(enumerate(spans))))
        start += len(spoken.frames)
    return tuple(words)
