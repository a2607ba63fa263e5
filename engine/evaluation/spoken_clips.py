"""Clips in which a voice says a text: understood, taken for the right voice, at the melody asked for?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.evaluation.recognition import plain_words, word_errors
from engine.library.audio_files import SUBTYPES, read_audio, read_settings
from engine.library.spoken_texts import SpokenText
from engine.library.takes import Settings
from engine.speech.features import FRAME_RATE, LOG_F0, VOICED, Floats, hertz, hop_of
from engine.speech.pitch import track_pitch

Samples = NDArray[np.float32]


class Listener(Protocol):
    """What understands speech: ``recognition.Recogniser``."""

    def words(self, samples: Samples) -> list[str]:
        """The words of a clip."""
        ...

    def starts(self, samples: Samples, words: Sequence[str]) -> list[float] | None:
        """When each of the words begins, in seconds; None where that cannot be said."""
        ...


class Judge(Protocol):
    """What tells voices apart: ``classifier.Classifier``."""

    def name(self, samples: Samples) -> str:
        """The voice that a clip is likeliest of."""
        ...


@dataclass(frozen=True)
class SpokenClip:
    """An audio file that says a text, as ``studio render --text`` writes it."""

    name: str
    """The file's, without its suffix."""
    speech: SpokenText
    frames: Floats
    """[F, CHANNELS]: what the model was asked for."""
    samples: Samples
    sample_rate: int

    @property
    def voice(self) -> str:
        """The speaker, or the one with most of a blend."""
        return max(self.speech.speakers, key=lambda entry: entry[1])[0]

    @property
    def manner(self) -> str:
        """How much higher and how many times as fast it is said than the voice would."""
        return f"{self.speech.semitones:+g} st, ×{self.speech.speed:g}".replace("+0", "0")


@dataclass(frozen=True)
class ClipJudgement:
    """What is found of a clip."""

    clip: str
    voice: str
    manner: str
    words: int
    wrong: int
    """Words that are understood wrongly."""
    beside: int | None
    """The same of another recording that says it; None where there is none."""
    taken_for: str
    """The voice that a classifier names."""
    cents: tuple[float, ...]
    """How far F0 is from the one asked for, in frames where both are voiced."""
    late_ms: tuple[float, ...]
    """By how much each word is marked after it begins, where an aligner finds that; below 0: before."""


def read_clips(folder: Path) -> list[SpokenClip]:
    """The clips in a folder, by name. Raises StudioError where there is none, or one says no text."""
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUBTYPES)
    if not paths:
        raise StudioError(f"{folder}: no audio files; make them with ./studio render VOICE --text …")
    return [_read(path) for path in paths]


def _read(path: Path) -> SpokenClip:
    fields = read_settings(path)
    settings = Settings.from_json(fields) if fields is not None else None
    if settings is None or settings.speech is None or settings.recording is None:
        raise StudioError(f"{path}: says no text, by its settings; leave it out of the folder")
    rate = settings.sample_rate
    return SpokenClip(path.stem, settings.speech, settings.recording.array(), read_audio(path, rate), rate)


def judged(clip: SpokenClip, listener: Listener, judge: Judge, beside: Samples | None) -> ClipJudgement:
    """Listen to a clip, and to ``beside``, another recording of the same text at its rate, if any."""
    said = plain_words(clip.speech.text)

    def errors(samples: Samples) -> int:
        return word_errors(said, listener.words(samples))

    return ClipJudgement(
        clip.name,
        clip.voice,
        clip.manner,
        len(said),
        errors(clip.samples),
        None if beside is None else errors(beside),
        judge.name(clip.samples),
        cents_apart(clip.frames, clip.samples, clip.sample_rate),
        _late(clip, said, listener),
    )


def cents_apart(frames: Floats, samples: Samples, sample_rate: int) -> tuple[float, ...]:
    """How far F0 of ``samples`` is from that of ``frames`` [F, CHANNELS], where both are voiced."""
    f0, _ = track_pitch(samples, sample_rate, hop_of(sample_rate))
    length = min(len(f0), len(frames))
    asked = hertz(frames[:length, LOG_F0])
    both = (f0[:length] > 0.0) & (frames[:length, VOICED] > 0.5)
    apart = 1200.0 * np.abs(np.log2(f0[:length][both] / asked[both]))
    return tuple(apart.tolist())


def _late(clip: SpokenClip, said: Sequence[str], listener: Listener) -> tuple[float, ...]:
    marked = clip.speech.words
    if [plain_words(clip.speech.text[word.start : word.end]) for word in marked] != [[one] for one in said]:
        return ()  # "42" is two words
    begun = listener.starts(clip.samples, said)
    if begun is None:
        return ()
    return tuple(
        1000.0 * (word.first / FRAME_RATE - start) for word, start in zip(marked, begun, strict=True)
    )


def pooled(values: Iterable[Sequence[float]]) -> NDArray[np.float64]:
    """All of several clips' values together."""
    return np.array([value for own in values for value in own], np.float64)
