"""A score as a guide track, for models that are given no notes: what such a model hears beside itself.

A WaveNet goes on with what it hears as its own past. So a tone is mixed into that past, and not into what
is played, for each note of the score, as singers hear a guide track in their headphones; the model takes
the pitch up with the instruments that its tags name. Two things make it follow instead of merely joining
in: it hears itself a little softer than it plays, so that no note outlives its tone for long, and hardly
at all around the moment in which a note begins, so that the note is struck anew. (Not in the paper.)

That does for a model that knows nothing of guides. One that was trained to hear them, and is told when it
does, keeps the tags' instruments better; see ``feedback_gain``.

Takes are made again from their scores: whoever changes a figure here raises the kernels' VERSION with it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.music.condition import After, seconds_of
from engine.music.roll import Notes, frequency
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import ModelConfig

LOUDNESS = 0.04
"""Amplitude at which the tone of a note of full velocity begins."""
SUSTAIN = 0.4
"""The share of it that remains as long as the note lasts."""
DECAY_S = 0.1
"""Seconds in which the rest falls to 1/e."""
RELEASE_S = 0.02
"""The same for a note that has ended."""
FEEDBACK_GAIN = 0.94
"""How much of itself a guided model hears, in training as well."""
FEEDBACK_GAIN_IF_FLAGGED = 0.9
"""The same for a stream of a model that was trained to hear a guide."""
DUCKED = 0.3
"""The share of that around a beginning."""
DUCK_S = (0.012, 0.008)
"""From so many seconds before it until so many after it."""
DRUM_DECAY_S = 0.02
"""Of the burst of noise that stands for a stroke of the drums."""
REST_S = 0.5
"""After the last note, where nothing is to follow: seconds in which the sound dies away."""

_PAGE_S = 0.1
_CACHED_PAGES = 4
_FADED = 8.0
"""Time constants after which nothing is left that 16 bits could tell."""


class ScoreGuide:
    """The guide track of a score that begins with a stream; made in pages, as it is needed.

    More notes may be appended while the stream runs.
    """

    def __init__(
        self,
        sample_rate: int,
        notes: Notes,
        after: After = "improvise",
        gain: float = FEEDBACK_GAIN,
        longest_s: float = 0.0,
    ) -> None:
        """``notes`` [n, 6] as in ``music.roll``; ``after`` says what the model does when they have ended.

        ``gain`` 0…1: the share of itself that the model hears; see ``feedback_gain``. ``longest_s``: seconds
        of the longest note that may be appended, where it is longer than all of these.
        """
        self._rate = sample_rate
        self._gain = gain
        self._notes = notes.astype(np.float64)
        self._after = after
        self.samples_long = int(np.ceil(seconds_of(notes) * sample_rate))
        """Where the score ends."""
        self._page_size = round(_PAGE_S * sample_rate)
        self._noise = _noise(round(_FADED * DRUM_DECAY_S * sample_rate))
        self._page = lru_cache(maxsize=_CACHED_PAGES)(self._make_page)
        longest = notes[:, 1].max(initial=longest_s)
        self._longest_s = float(longest)
        self._reach = float(longest + _FADED * RELEASE_S + _FADED * DRUM_DECAY_S) + DUCK_S[0]

    @property
    def settled(self) -> int:
        """Samples that stay what they are, whatever is appended: those before the last note is prepared."""
        begins = float(self._notes[:, 0].max(initial=0.0)) - DUCK_S[0]
        return max(0, int(begins * self._rate))

    def append(self, notes: Notes) -> None:
        """Let ``notes`` [n, 6] follow those that there are; none begins before the last of them.

        A stream that has read no further than ``settled`` draws, bit for bit, what it would have drawn with
        all notes from the start. One thread may append while another reads.

        Raises ValueError, changing nothing, where a note begins too early or is longer than ``longest_s``.
        """
        added = notes.astype(np.float64)
        last = self._notes[:, 0].max(initial=0.0)
        if (added[:, 0] < last).any():
            raise ValueError(f"a note begins at {added[:, 0].min():g} s, before the last one at {last:g} s")
        if (added[:, 1] > self._longest_s).any():
            raise ValueError(
                f"a note of {added[:, 1].max():g} s; at most {self._longest_s:g} s were announced"
            )
        self._notes = np.concatenate([self._notes, added])
        end = float((self._notes[:, 0] + self._notes[:, 1]).max(initial=0.0))
        self.samples_long = int(np.ceil(end * self._rate))
        self._page = lru_cache(maxsize=_CACHED_PAGES)(self._make_page)

    @property
    def rests_from(self) -> int | None:
        """The sample from which on nothing sounds any more; None where the model goes on by itself."""
        return self.samples_long + round(REST_S * self._rate) if self._after == "silence" else None

    @property
    def ends_at(self) -> int | None:
        """The sample from which on the model is left to itself; None for never."""
        if self._after == "silence" or (self._after == "repeat" and self.samples_long):
            return None
        return self.samples_long

    def turns(self, first: int, after: int) -> list[int]:
        """The samples ``first`` … ``after - 1`` at which it ends, or comes to rest."""
        turns = (self.rests_from, self.ends_at)
        return [turn for turn in turns if turn is not None and first <= turn < after]

    def samples(self, start: int, n: int) -> Feedback | None:
        """How the model hears samples ``start`` … ``start + n - 1``; None where it is left to itself."""
        if self._after == "silence" or (self._after == "improvise" and start < self.samples_long):
            return self._once(start, n)
        if self._after == "improvise" or not self.samples_long:
            return None
        parts: list[Feedback] = []
        done = 0
        while done < n:
            begin = (start + done) % self.samples_long
            parts.append(self._once(begin, min(n - done, self.samples_long - begin)))
            done += len(parts[-1].gain)
        return Feedback(np.concatenate([p.gain for p in parts]), np.concatenate([p.offset for p in parts]))

    def _once(self, start: int, n: int) -> Feedback:
        """The same of the score as it is written."""
        pages = range(start // self._page_size, (start + n - 1) // self._page_size + 1)
        together = np.concatenate([self._page(page) for page in pages], axis=1)
        first = start - pages[0] * self._page_size
        gain, offset = together[:, first : first + n]
        return Feedback(gain, offset)

    def _make_page(self, page: int) -> NDArray[np.int32]:
        """[2, page size]: what is kept and what is added."""
        first = page * self._page_size
        seconds = np.arange(first, first + self._page_size) / self._rate
        gain, offset = np.full(len(seconds), self._gain), np.zeros(len(seconds))
        begin, end = seconds[0] - self._reach, seconds[-1] + DUCK_S[0]
        for start, length, pitch, velocity, _, drum in self._notes[
            (self._notes[:, 0] >= begin) & (self._notes[:, 0] <= end)
        ]:
            age = seconds - start
            if drum:
                offset += velocity / 127.0 * self._stroke(age)
                continue
            gain[(age >= -DUCK_S[0]) & (age < DUCK_S[1])] = self._gain * DUCKED
            offset += velocity / 127.0 * tone(age, length, frequency(pitch), self._rate)
        past = seconds >= self.samples_long / self._rate
        if self._after == "improvise":
            gain[past], offset[past] = 1.0, 0.0
        elif self._after == "silence":
            fade = 1.0 - (seconds[past] - self.samples_long / self._rate) / REST_S
            gain[past] *= np.clip(fade, 0.0, 1.0)
        rows: NDArray[np.int32] = np.rint(np.stack([gain, LOUDNESS * offset]) * FULL_SCALE).astype(np.int32)
        return rows

    def _stroke(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """A burst of noise, every time the same one."""
        at = np.rint(age * self._rate).astype(np.int64)
        noise = self._noise
        sounding = (at >= 0) & (at < len(noise))
        return np.where(
            sounding, noise[np.where(sounding, at, 0)] * np.exp(-np.maximum(age, 0.0) / DRUM_DECAY_S), 0.0
        )


def feedback_gain(config: ModelConfig) -> float:
    """How much of itself a model of ``config`` hears while a guide leads it, 0…1.

    A model that was trained to hear a guide knows that it hears ``FEEDBACK_GAIN`` of itself and makes up
    for that; only what it hears less than that lets its notes die away.
    """
    return FEEDBACK_GAIN_IF_FLAGGED if config.guided else FEEDBACK_GAIN


def tone(age: NDArray[np.float64], length: float, hertz: float, sample_rate: int) -> NDArray[np.float64]:
    """The tone of one note of full velocity, ``age`` seconds after it began; 0 above half the rate.

    A sine that begins at phase 0, falls to SUSTAIN, and dies away when the note has ended; ``length`` may be
    infinite.
    """
    if hertz >= sample_rate / 2:
        return np.zeros_like(age)
    since = np.maximum(age, 0.0)
    envelope = SUSTAIN + (1.0 - SUSTAIN) * np.exp(-since / DECAY_S)
    if np.isfinite(length):
        envelope *= np.exp(-np.maximum(0.0, since - length) / RELEASE_S)
    return np.where(age >= 0.0, envelope * np.sin(2.0 * np.pi * hertz * since), 0.0)


def _noise(n: int) -> NDArray[np.float64]:
    """[n] float64 in ±1, white; the same on every machine."""
    words = np.random.Philox(key=0).random_raw(n)
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0
