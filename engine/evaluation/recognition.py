"""What a speech recogniser understands of a clip, and how far that is from what was to be said."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError

AROUND_S = 0.1
"""Silence before and after a clip, which the recogniser wants."""
LEVEL = 0.5
"""Peak of what it is given, of full scale."""
STEP_S = 0.01
"""Of its times."""
DRAWS = 4000
"""Of a bootstrap."""
SEED = 1
NOT_A_WORD = re.compile(r"[^a-z' ]")

Samples = NDArray[np.floating[Any]]


def need_recogniser() -> None:
    """Raise StudioError where pocketsphinx is not installed."""
    if importlib.util.find_spec("pocketsphinx") is None:
        raise StudioError(
            "judge-speech needs pocketsphinx, which a plain set-up leaves out; install with: "
            ".venv/bin/python -m pip install -c requirements.lock pocketsphinx"
        )


def plain_words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation: "It's late." is ``it's late``."""
    spaced = NOT_A_WORD.sub(" ", text.lower().replace("’", "'"))
    return [word for part in spaced.split() if (word := part.strip("'"))]


def word_errors(said: Sequence[str], recognised: Sequence[str]) -> int:
    """Words that are put in, left out or others: the edit distance."""
    costs = list(range(len(recognised) + 1))
    for row, word in enumerate(said, start=1):
        before, costs[0] = costs[0], row
        for column, other in enumerate(recognised, start=1):
            changed = before + (word != other)
            before, costs[column] = costs[column], min(costs[column] + 1, costs[column - 1] + 1, changed)
    return costs[-1]


@dataclass(frozen=True)
class Difference:
    """How many more words are wrong of one set of clips than of another that says the same."""

    points: float
    """Of a hundred words."""
    low: float
    high: float
    """Ends of its interval of 95 %, by a bootstrap over clips."""


def difference(words: Sequence[int], wrong: Sequence[int], beside: Sequence[int]) -> Difference:
    """Of clips with so many ``words``, of which so many are ``wrong``; and ``beside``, where others say them.

    Raises ValueError where there is no clip.
    """
    counts = np.array([words, wrong, beside], np.float64)
    if not counts.size:
        raise ValueError("no clip to compare")
    drawn = np.random.default_rng(SEED).integers(0, counts.shape[1], (DRAWS, counts.shape[1]))
    n, ours, others = counts[:, drawn].sum(axis=2)
    low, high = np.quantile(100.0 * (ours - others) / n, (0.025, 0.975))
    points = 100.0 * float(counts[1].sum() - counts[2].sum()) / float(counts[0].sum())
    return Difference(points, float(low), float(high))


class Recogniser:
    """CMU pocketsphinx with its own American model; the same clip is understood alike every time."""

    def __init__(self, sample_rate: int) -> None:
        """Read its model. Raises StudioError where pocketsphinx is not installed."""
        need_recogniser()
        from pocketsphinx import Decoder

        self._rate = sample_rate
        self._decoder: Any = Decoder(samprate=sample_rate, loglevel="FATAL")
        self._aligner: Any = Decoder(samprate=sample_rate, loglevel="FATAL", lm=None)

    def words(self, samples: Samples) -> list[str]:
        """The words that it understands in a clip [n_samples] in ±1."""
        self._listen(self._decoder, samples)
        found = self._decoder.hyp()
        return plain_words(found.hypstr) if found else []

    def starts(self, samples: Samples, words: Sequence[str]) -> list[float] | None:
        """When each of ``words``, which a clip says, begins in it, in seconds.

        None where its dictionary lacks one, or they do not fit the clip.
        """
        if any(self._aligner.lookup_word(word) is None for word in words):
            return None
        try:
            self._aligner.set_align_text(" ".join(words))
            self._listen(self._aligner, samples)
            found = [part for part in self._aligner.seg() if part.word[0] not in "<["]
        except (RuntimeError, TypeError):  # no path through the clip
            return None
        if len(found) != len(words):
            return None
        return [part.start_frame * STEP_S - AROUND_S for part in found]

    def _listen(self, decoder: Any, samples: Samples) -> None:
        silence = np.zeros(round(AROUND_S * self._rate))
        padded = np.concatenate([silence, samples, silence])
        peak = max(float(np.abs(padded).max()), 1e-9)
        decoder.start_utt()
        pcm = (padded * (LEVEL * 32767.0 / peak)).astype("<i2").tobytes()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
