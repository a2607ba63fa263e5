"""From the chances of each frame's class to the phones that were most likely said, and when (Viterbi)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.speech.recognition.classes import CLASSES, NUMBERS, SILENCE

Floats = NDArray[np.float32]
RAREST = 0.005
"""No class counts as rarer: what was hardly ever learnt is not heard for that."""


class Segment(NamedTuple):
    """A phone that was heard."""

    name: str
    """One of CLASSES."""
    first: int
    """Its first frame."""
    end: int
    """The frame after its last."""


@dataclass(frozen=True)
class Grammar:
    """What is known of phones before any is heard."""

    priors: Floats
    """[classes]: natural log of each class's share of all frames."""
    bigram: Floats
    """[classes, classes]: natural log of how often a class follows another one."""
    scale: float = 0.5
    """How much a frame counts beside the bigram: neighbouring frames say much the same."""
    penalty: float = 0.0
    """Nats that a phone costs besides."""
    least: int = 2
    """Frames of a phone, at least."""


def grammar_of(transcripts: list[tuple[str, ...]], frames: NDArray[np.int64]) -> Grammar:
    """What transcripts say, and ``frames`` [classes], how many each class has; pairs begin with one."""
    count = len(CLASSES)
    pairs = np.ones((count, count))
    for names in transcripts:
        for before, after in pairwise(NUMBERS[name] for name in names):
            pairs[before, after] += 1.0
    bigram = np.log(pairs / pairs.sum(axis=1, keepdims=True))
    priors = np.log(np.maximum(frames / max(1, frames.sum()), RAREST))
    return Grammar(priors.astype(np.float32), bigram.astype(np.float32))


def decode(log_chances: Floats, grammar: Grammar) -> list[Segment]:
    """The likeliest phones for ``log_chances`` [F, classes], as after silence; they may end with any.

    A phone is a chain of ``least`` states, the last of which may repeat.
    """
    frames, count = log_chances.shape
    if frames == 0:
        return []
    least = min(grammar.least, frames)
    scores = grammar.scale * (log_chances - grammar.priors)
    enter = grammar.bigram - np.float32(grammar.penalty)
    classes = np.arange(count)
    best = np.full((least, count), -np.inf, np.float32)
    best[0] = enter[NUMBERS[SILENCE]] + scores[0]
    best[0, NUMBERS[SILENCE]] = scores[0, NUMBERS[SILENCE]]
    entered = np.full((frames, count), -1, np.int16)
    """Which class was left where this one's first state was entered."""
    stayed = np.zeros((frames, count), np.bool_)
    """Whether the last state was the last state before, else it was reached from the one before it."""
    for t in range(1, frames):
        ways = best[-1][:, None] + enter
        entered[t] = ways.argmax(axis=0)
        arriving = ways[entered[t], classes]
        following = np.empty_like(best)
        following[0] = arriving
        following[1:] = best[:-1]
        stayed[t] = best[-1] > following[-1]
        following[-1] = np.maximum(following[-1], best[-1])
        best = following + scores[t]
    return _traced(int(best[-1].argmax()), entered, stayed, least)


def _traced(last: int, entered: NDArray[np.int16], stayed: NDArray[np.bool_], least: int) -> list[Segment]:
    """The path that ends in the last state of class ``last``."""
    found: list[Segment] = []
    end = t = len(entered)
    number, state = last, least - 1
    while t > 0:
        t -= 1
        if state == least - 1 and stayed[t, number] and t > 0:
            continue
        if state > 0:
            state -= 1
            continue
        found.append(Segment(CLASSES[number], t, end))
        end, number, state = t, int(entered[t, number]), least - 1
    return found[::-1]
