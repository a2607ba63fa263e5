"""Phrases become speech features: both nets, run one after the other, and again where a hand edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from engine.errors import StudioError
from engine.speech import acoustic, prosody
from engine.speech.features import CEPSTRA, CHANNELS, LOG_F0, PAUSE, PERIODICITY, VOICED, Floats
from engine.speech.nets_file import NetsFile, read_nets
from engine.speech.script import Phrase
from engine.speech.shape import Ints, doubled
from engine.speech.spoken import Manner, Spoken
from engine.speech.text.dictionary import Accent
from engine.speech.tokens import Tokens, tokens_of
from engine.speech.tuning import UNTUNED, tuned
from engine.speech.warping import shortened_pause, warped, with_pause

SEMITONE = 1.0 / 6.0
"""Of feature LOG_F0, which counts half octaves."""
GLIDE = 6
"""Frames to each side over which the pitch of one word goes over into the next one's."""


@dataclass(frozen=True)
class _Voice:
    """A voice, or a blend of several."""

    vectors: dict[str, Floats]
    """By the net's name."""
    mean: Floats
    deviation: Floats
    spread: Floats
    melody_spread: float
    tuning: Floats
    """See ``tuning.tuned``."""


@dataclass(frozen=True)
class _Plan:
    """A phrase with what is around it, in time."""

    tokens: Tokens
    voice: _Voice
    states: Floats
    """Of the first net."""
    ends: Ints
    """[T]."""
    first: int
    """The first frame of the phrase."""
    after: int
    """The one after its pause, as long as the nets are shown it."""
    pause: int
    """How long the pause is, whatever the nets are shown."""


class SpeechNets:
    """The speech nets, ready to run; threads may share them. The same input gives the same frames."""

    def __init__(self, file: NetsFile) -> None:
        self.header = file.header
        self._weights = file.weights

    @classmethod
    def read(cls, path: Path) -> Self:
        """The nets of a file. Raises StudioError."""
        return cls(read_nets(path))

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of the voices that they know."""
        return tuple(voice.name for voice in self.header.voices)

    def accent_of(self, speaker: str) -> Accent:
        """How the texts of a voice are read; of one that is unknown, in American."""
        return next((voice.accent for voice in self.header.voices if voice.name == speaker), "american")

    def say(
        self, phrase: Phrase, manner: Manner, before: Phrase | None = None, after: Phrase | None = None
    ) -> Spoken:
        """The phrase as the manner has it.

        Of what is said ``before`` and ``after`` it in the same sentence, two words count.

        Raises StudioError where a voice is unknown or a phone none that a voice can say, and where the phrase
        has no phones.
        """
        plan = self._plan(phrase, manner, before, after)
        frames = self._melody(plan, phrase, manner)
        return self._spoken(phrase, plan, frames)

    def melody_edited(
        self,
        spoken: Spoken,
        log_f0: Floats,
        manner: Manner,
        before: Phrase | None = None,
        after: Phrase | None = None,
    ) -> Spoken:
        """``spoken`` with another melody: feature LOG_F0 of each of its frames [F], as it shall be.

        ``manner``, ``before`` and ``after`` are what it was said with. Raises ValueError on another length,
        StudioError as ``say``.
        """
        if log_f0.shape != (len(spoken.frames),) or not np.isfinite(log_f0).all():
            raise ValueError(f"a melody of {len(spoken.frames)} finite numbers, not {list(log_f0.shape)}")
        frames = spoken.frames.copy()
        frames[:, LOG_F0] = log_f0
        return self._again(spoken.phrase, frames, spoken.ends, manner, (before, after))

    def durations_edited(
        self,
        spoken: Spoken,
        ends: Ints,
        manner: Manner,
        before: Phrase | None = None,
        after: Phrase | None = None,
    ) -> Spoken:
        """``spoken`` with other phone ends [P]; melody and voicing go with them, the pause stays as long.

        Raises ValueError where the ends do not rise by a frame or more, StudioError as ``say``.
        """
        if ends.shape != spoken.ends.shape or np.diff(ends, prepend=0).min() < 1:
            raise ValueError(f"{len(spoken.ends)} ends that rise, not {ends.tolist()}")
        frames = warped(spoken.frames, spoken.ends, ends.astype(np.int64))
        return self._again(spoken.phrase, frames, ends.astype(np.int64), manner, (before, after))

    def _again(
        self,
        phrase: Phrase,
        frames: Floats,
        ends: Ints,
        manner: Manner,
        around: tuple[Phrase | None, Phrase | None],
    ) -> Spoken:
        """The envelope of a phrase whose times, melody and voicing are given."""
        plan = self._plan(phrase, manner, *around, ends=ends, pause=len(frames) - int(ends[-1]))
        rows = self._melody(plan, phrase, manner)
        own = shortened_pause(frames, int(ends[-1]), plan.after - plan.first - int(ends[-1]))
        rows[plan.first : plan.after, CEPSTRA:] = own[:, CEPSTRA:]
        made = self._spoken(phrase, plan, rows)
        made.frames[:, CEPSTRA:] = frames[:, CEPSTRA:]
        return made

    def _plan(
        self,
        phrase: Phrase,
        manner: Manner,
        before: Phrase | None,
        after: Phrase | None,
        ends: Ints | None = None,
        pause: int | None = None,
    ) -> _Plan:
        if not phrase.phones:
            raise StudioError("a phrase without phones cannot be said")
        tokens = tokens_of(phrase, before, after)
        voice = self._blend(manner)
        shape, weights = self.header.shape, self._weights
        states = prosody.token_states(weights, shape, tokens.rows, voice.vectors[prosody.PREFIX])
        natural = prosody.durations(weights, states)
        lengths = prosody.token_lengths(tokens, natural, phrase, manner)
        if pause is None:
            pause = prosody.pause_after(phrase, manner, self.header.pauses)
        if tokens.pause is not None:
            lengths[tokens.pause] = min(pause, prosody.LONGEST_PAUSE)
        if ends is not None:
            start = np.rint(lengths[: tokens.own.start].sum())
            lengths[: tokens.own.start] *= start / max(lengths[: tokens.own.start].sum(), 1e-6)
            lengths[tokens.own] = np.diff(ends, prepend=0)
        all_ends = prosody.ends_of(lengths)
        last = tokens.own.stop - 1 if tokens.pause is None else tokens.pause
        first = int(all_ends[tokens.own.start - 1])
        return _Plan(tokens, voice, states, all_ends, first, int(all_ends[last]), pause)

    def _melody(self, plan: _Plan, phrase: Phrase, manner: Manner) -> Floats:
        """[F, CHANNELS] of the plan's time, cepstra still 0."""
        rows = prosody.melody(self._weights, self.header.shape, plan.states, plan.ends)
        frames = np.zeros((int(plan.ends[-1]), CHANNELS), np.float32)
        told = doubled(rows, len(frames))
        voice = plan.voice
        wide = voice.melody_spread * manner.pitch_range * voice.deviation[LOG_F0]
        moved = manner.semitones + _word_semitones(plan, phrase, len(frames))
        frames[:, LOG_F0] = voice.mean[LOG_F0] + told[:, 0] * wide + moved * SEMITONE
        frames[:, PERIODICITY] = told[:, 1]
        frames[:, VOICED] = told[:, 2] > 0.5
        frames[:, PAUSE] = told[:, 3] > 0.5
        return frames

    def _spoken(self, phrase: Phrase, plan: _Plan, frames: Floats) -> Spoken:
        """What is said of the plan's ``frames``, which have all but cepstra."""
        voice = plan.voice
        mean, deviation = float(voice.mean[LOG_F0]), float(voice.deviation[LOG_F0])
        sounds = acoustic.sounds_of(frames, mean, deviation)
        vector = voice.vectors[acoustic.PREFIX]
        rows = acoustic.envelope(
            self._weights, self.header.shape, plan.tokens.rows, vector, plan.ends, sounds
        )
        cepstra = acoustic.with_variance(doubled(rows, len(frames)), voice.spread, frames[:, PAUSE])
        frames[:, :CEPSTRA] = voice.mean[:CEPSTRA] + cepstra * voice.deviation[:CEPSTRA]
        frames[:, :CEPSTRA] = tuned(frames, voice.tuning)
        own = frames[plan.first : plan.after]
        ends = plan.ends[plan.tokens.own] - plan.first
        return Spoken(phrase, with_pause(own, int(ends[-1]), plan.pause), ends)

    def _blend(self, manner: Manner) -> _Voice:
        """The voice of the manner. Raises StudioError on names that are unknown and shares not above 0."""
        total = sum(share for _, share in manner.speakers)
        if not manner.speakers or min(share for _, share in manner.speakers) <= 0.0:
            raise StudioError("a voice needs a name and a share above 0")
        unknown = [name for name, _ in manner.speakers if name not in self.speakers]
        if unknown:
            raise StudioError(f"no voice {unknown[0]!r}; there are {', '.join(self.speakers)}")
        rows = [self.speakers.index(name) for name, _ in manner.speakers]
        shares = np.array([share / total for _, share in manner.speakers], np.float32)
        voices = [self.header.voices[row] for row in rows]

        def mixed(values: Callable[[int], object]) -> Floats:
            table = np.array([values(index) for index in range(len(voices))], np.float32)
            result: Floats = np.tensordot(shares, table, axes=1).astype(np.float32)
            return result

        return _Voice(
            vectors={
                net: shares @ self._weights[f"{net}.speakers.weight"][rows]
                for net in (prosody.PREFIX, acoustic.PREFIX)
            },
            mean=mixed(lambda index: voices[index].statistics.mean),
            deviation=mixed(lambda index: voices[index].statistics.deviation),
            spread=mixed(lambda index: voices[index].spread),
            melody_spread=float(mixed(lambda index: voices[index].melody_spread)),
            tuning=mixed(lambda index: tuning.row() if (tuning := voices[index].tuning) else UNTUNED),
        )


def _word_semitones(plan: _Plan, phrase: Phrase, frames: int) -> Floats:
    """[F]: by how much the words' own wishes move the melody, gliding from word to word."""
    moved = np.zeros(frames, np.float32)
    wishes = [word.semitones for word in phrase.words]
    if not any(wishes):
        return moved
    own = plan.tokens.own
    starts = np.concatenate([[0], plan.ends[:-1]])[own]
    for start, end, word in zip(starts, plan.ends[own], plan.tokens.words[own], strict=True):
        moved[start:end] = wishes[word]
    width = 2 * GLIDE + 1
    smooth: Floats = np.convolve(np.pad(moved, GLIDE, mode="edge"), np.full(width, 1.0 / width), "valid")
    return smooth.astype(np.float32)
