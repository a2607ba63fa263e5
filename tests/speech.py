"""A stand-in for front end and nets of speech: frames of a known length, melody and envelope."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import CHANNELS, LOG_F0, PAUSE, PERIODICITY, VOICED, Floats
from engine.speech.script import Phone, Phrase, Script, Word
from engine.speech.spoken import Manner, Spoken

PHONE_FRAMES = 8
PAUSE_FRAMES = 20
MOST_WORDS = 4
LEVELS = {"ann": 0.25, "bob": 0.75}
"""Feature 0 of what a voice says; that of a blend is the mean by shares."""


def read_plainly(text: str) -> Script:
    """Every word is as many phones as it has letters; phrases end at punctuation, or after four words."""
    phrases: list[Phrase] = []
    words: list[Word] = []
    sentence = 0
    for match in re.finditer(r"[A-Za-z]+|[.?!,;]", text):
        if match.group().isalpha():
            words.append(Word(match.start(), match.end(), tuple(Phone(c) for c in match.group().lower())))
        stop = "" if match.group().isalpha() else match.group()
        if words and (stop or len(words) == MOST_WORDS):
            phrases.append(Phrase(tuple(words), sentence, stop))
            words = []
        sentence += stop in (".", "?", "!")
    if words:
        phrases.append(Phrase(tuple(words), sentence))
    notes = ("“#” is skipped: nobody can say it",) if "#" in text else ()
    return Script(text, tuple(phrases), notes)


class PlainNets:
    """Phones of PHONE_FRAMES / speed frames; F0 rises by a tenth of a feature a phone.

    ``said`` holds the number of phrases that were asked for, ``fails`` what is raised.
    """

    def __init__(self) -> None:
        self.said: list[tuple[Phrase, Manner]] = []
        self.beside: list[tuple[Phrase | None, Phrase | None]] = []
        self.fails: Exception | None = None

    def say(self, phrase: Phrase, manner: Manner, before: Phrase | None, after: Phrase | None) -> Spoken:
        self.said.append((phrase, manner))
        self.beside.append((before, after))
        if self.fails is not None:
            raise self.fails
        each = max(1, round(PHONE_FRAMES / manner.speed))
        count = len(phrase.phones)
        pause = round(PAUSE_FRAMES * manner.pauses) if phrase.stop else 0
        frames = np.zeros((count * each + pause, CHANNELS), np.float32)
        frames[:, 0] = sum(LEVELS[name] * share for name, share in manner.speakers) / sum(
            share for _, share in manner.speakers
        )
        melody = np.repeat(np.arange(count) * 0.1 * manner.pitch_range, each) + manner.semitones / 6.0
        frames[: count * each, LOG_F0] = melody
        frames[: count * each, PERIODICITY] = frames[: count * each, VOICED] = 1.0
        frames[count * each :, PAUSE] = 1.0
        return Spoken(phrase, frames, np.arange(1, count + 1) * each)

    def melody_edited(
        self, spoken: Spoken, log_f0: Floats, manner: Manner, before: Phrase | None, after: Phrase | None
    ) -> Spoken:
        frames = spoken.frames.copy()
        frames[:, LOG_F0] = log_f0
        return replace(spoken, frames=frames)

    def durations_edited(
        self,
        spoken: Spoken,
        ends: NDArray[np.int64],
        manner: Manner,
        before: Phrase | None,
        after: Phrase | None,
    ) -> Spoken:
        pause = len(spoken.frames) - int(spoken.ends[-1])
        firsts = np.concatenate([[0], spoken.ends[:-1]])
        parts = [
            np.repeat(spoken.frames[first : first + 1], n, axis=0)
            for first, n in zip(firsts, np.diff(ends, prepend=0), strict=True)
        ]
        frames = np.concatenate([*parts, spoken.frames[len(spoken.frames) - pause :]])
        return Spoken(spoken.phrase, frames, ends)
