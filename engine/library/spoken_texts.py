"""Texts that are said: what a take keeps of one, to be taken up again, and written as subtitles."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, MinLen
from pydantic.dataclasses import dataclass as checked

from engine.library.preset_fields import Pauses, PitchRange, Semitones, Text, TextSpeed
from engine.library.recordings import SpokenRecording, Steps, pack_long, pack_steps
from engine.speech.features import CHANNELS, FRAME_RATE
from engine.speech.labels import TimedWord
from engine.speech.script import Phrase
from engine.speech.spoken import Manner
from engine.speech.text.phones import phone_text
from engine.wavenet.config import STRICT

NAME_LENGTH = 40
"""Characters of a text by which its takes are told apart."""


@checked(frozen=True, config=STRICT)
class SaidWord:
    """When a word is said, in frames of the take."""

    start: Annotated[int, Ge(0)]
    """The first of its characters in the text."""
    end: Annotated[int, Ge(0)]
    """The character after its last."""
    first: Annotated[int, Ge(0)]
    """Its first frame."""
    phones: tuple[str, ...]
    ends: tuple[Annotated[int, Ge(0)], ...]
    """The frame after the last of each phone."""

    @property
    def after(self) -> int:
        """The frame after its last."""
        return self.ends[-1] if self.ends else self.first


def said_words(phrase: Phrase, spans: Mapping[int, tuple[int, int]]) -> list[tuple[int, SaidWord]]:
    """The words of a phrase that are said, each with the number of the first of its phones that is.

    ``spans`` has, by the number of a phone that is said, its first frame in the take and the one after it.
    """
    found, after = [], 0
    for word in phrase.words:
        first, after = after, after + len(word.phones)
        numbers = [number for number in range(first, after) if number in spans]
        if numbers:
            symbols = tuple(phone_text(word.phones[number - first]) for number in numbers)
            ends = tuple(spans[number][1] for number in numbers)
            said = SaidWord(word.start, word.end, spans[numbers[0]][0], symbols, ends)
            found.append((numbers[0], said))
    return found


@checked(frozen=True, config=STRICT)
class SpokenText:
    """A text, how it was to be said when that began, and when which of its words was."""

    text: Text
    speakers: Annotated[tuple[tuple[str, Annotated[float, Gt(0.0)]], ...], MinLen(1)]
    speed: TextSpeed = 1.0
    semitones: Semitones = 0.0
    pitch_range: PitchRange = 1.0
    pauses: Pauses = 1.0
    start: Annotated[int, Ge(0)] = 0
    """The character of the text that it began with."""
    words: tuple[SaidWord, ...] = ()
    """In order of time."""

    @classmethod
    def of(cls, text: str, manner: Manner, start: int = 0) -> SpokenText:
        """A text of which nothing was said yet."""
        return cls(text=text, start=start, **dataclasses.asdict(manner))

    @property
    def manner(self) -> Manner:
        """How it was to be said when that began."""
        return Manner(self.speakers, self.speed, self.semitones, self.pitch_range, self.pauses)

    def timed_words(self, seconds: float) -> list[TimedWord]:
        """The words that begin in the first ``seconds``, with their times in seconds."""
        return [
            TimedWord(
                word.start,
                word.end,
                word.first / FRAME_RATE,
                word.phones,
                tuple(min(end / FRAME_RATE, seconds) for end in word.ends),
            )
            for word in self.words
            if word.first / FRAME_RATE < seconds
        ]

    @property
    def name(self) -> str:
        """Its beginning, in one line."""
        line = " ".join(self.text[self.start : self.start + 4 * NAME_LENGTH].split())
        return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"


@dataclass(frozen=True)
class Saying:
    """What a stream is going to say from a frame on, in place of what it was going to."""

    first: int
    """That frame."""
    steps: Steps
    """[n, CHANNELS]: that one and those that follow."""
    words: tuple[SaidWord, ...]
    """Those that do not end before it."""


@checked(frozen=True, config=STRICT)
class PackedSaying:
    """The same as it is written into a journal."""

    first: Annotated[int, Ge(0)]
    frames: str
    """What ``pack_steps`` makes of them."""
    words: tuple[SaidWord, ...]

    @classmethod
    def of(cls, saying: Saying) -> PackedSaying:
        """Pack it: some milliseconds of work for a phrase."""
        return cls(saying.first, pack_steps(saying.steps), saying.words)


def words_after(words: Sequence[SaidWord], first: int, new: Sequence[SaidWord]) -> tuple[SaidWord, ...]:
    """``words`` with what is said from frame ``first`` on in place of what was going to be."""
    return (*(word for word in words if word.after <= first), *new)


def said_in_all(
    sayings: Sequence[Saying], text: SpokenText, sample_rate: int
) -> tuple[SpokenRecording, SpokenText]:
    """All that a stream was going to say in the end, as a take keeps it. ``sayings`` are not none."""
    length = sayings[-1].first + len(sayings[-1].steps)
    most = max(saying.first + len(saying.steps) for saying in sayings)
    steps: Steps = np.zeros((most, CHANNELS), np.int16)
    words: tuple[SaidWord, ...] = ()
    for saying in sayings:
        steps[saying.first : saying.first + len(saying.steps)] = saying.steps
        words = words_after(words, saying.first, saying.words)
    recording = recording_of_text(text, pack_long(steps[:length]), sample_rate)
    return recording, dataclasses.replace(text, words=words)


def recording_of_text(text: SpokenText, frames: str, sample_rate: int) -> SpokenRecording:
    """What is said of a text, as its take keeps it: the very frames, in nobody else's voice."""
    return SpokenRecording(text.name or "text", frames, sample_rate, as_recorded=True)
