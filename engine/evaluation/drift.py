"""Drift: does a minute of a free run wander off in level or in brightness, or die on its way?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.corpus.format.reader import Corpus
from engine.evaluation.classifier import labelled_clips
from engine.training.freerun import Character, character, verdict
from engine.wavenet.codes import Codes
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import codes_of

WINDOW_S = 10.0
RUN_S = 60.0
JOINS = 40
"""Minutes of a label's own audio that the limits are taken from."""
SEEDS = (1, 2)
"""A run that moves too far is played again with the next: a drift does so every time, chance hardly ever."""
ACCEPTED_DB = 2.0
"""A change of level that listeners put up with: +2 to -5 dB (studies, as Orban's Optimod manuals have it)."""


@dataclass(frozen=True)
class Window:
    """Ten seconds of a run."""

    level_db: float
    centroid: float
    """Share of half the sample rate."""
    verdict: str


@dataclass(frozen=True)
class Limits:
    """How far the second and the last window of a minute may lie apart."""

    level_db: float
    centroid: float
    """A factor, > 1."""


@dataclass(frozen=True)
class Drift:
    """A minute of one preset."""

    preset: str
    label: str
    seed: int
    windows: tuple[Window, ...]
    level_db: float
    """The last window's less the second's."""
    centroid: float
    """The last window's over the second's."""
    limits: Limits
    too_far: bool
    """Whether either is beyond its limit; or the last window is dead."""


def limits(corpus: Corpus, config: ModelConfig, label: str) -> Limits:
    """The farthest that the second and the last of six windows lie apart in JOINS minutes of corpus audio.

    A minute is put together from training pieces of ``label``, coded as a model of ``config`` codes. So a
    healthy run, free to go from one such piece to the next, exceeds a limit once in JOINS + 1 times. A
    corpus whose pieces have all been brought to one level hardly varies: ACCEPTED_DB is free to all.
    Raises ValueError where the training split has no piece of the label.
    """
    size = round(WINDOW_S * corpus.sample_rate)
    levels, centroids = [], []
    for _, minute in labelled_clips(corpus, "train", RUN_S, JOINS, [label]):
        second, last = (
            character(codes_of(config, window), None) for window in (minute[size : 2 * size], minute[-size:])
        )
        levels.append(abs(last.level_db - second.level_db))
        centroids.append(abs(np.log(last.centroid / second.centroid)))
    if not levels:
        raise ValueError(f"no training piece is labelled {label!r}")
    return Limits(max(ACCEPTED_DB, *levels), float(np.exp(max(centroids))))


def drift_of(
    preset: str, label: str, seed: int, codes: Codes, rate: int, corpus: Character, allowed: Limits
) -> Drift:
    """Look at a run of at least three windows; ``codes`` [n_samples].

    ``corpus``: the figures of the label's own clips, which the windows' verdicts are passed beside. What is
    left over behind the last whole window does not count. Raises ValueError where the run is too short.
    """
    size = round(WINDOW_S * rate)
    count = len(codes) // size
    if count < 3:
        raise ValueError(f"{len(codes) / rate:.1f} s; drift shows in {3 * WINDOW_S:.0f} s or more")
    figures = [character(window, None) for window in codes[: count * size].reshape(count, size)]
    windows = tuple(Window(one.level_db, one.centroid, verdict(one, corpus)) for one in figures)
    level = windows[-1].level_db - windows[1].level_db
    centroid = windows[-1].centroid / windows[1].centroid
    apart = abs(level) > allowed.level_db or abs(np.log(centroid)) > np.log(allowed.centroid)
    too_far = bool(apart) or windows[-1].verdict != "alive"
    return Drift(preset, label, seed, windows, level, float(centroid), allowed, too_far)


def drifts(runs: Sequence[Drift]) -> bool:
    """Whether the runs of one preset, made in turn with SEEDS, show that it drifts; a dead one alone does."""
    dead = any(run.windows[-1].verdict != "alive" for run in runs)
    return dead or all(run.too_far for run in runs)
