"""Phone times made exact: the borders that a corpus's own features ask for, near those that it came with.

A diagonal Gaussian for each third of each phone, over features and their slopes; borders by a shortest path,
Gaussians by the borders, a few times over (Viterbi training).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import CEPSTRA, PAUSE, PERIODICITY, VOICED, Floats

STATES = 3
"""Of a phone: its beginning, its middle and its end, equally long."""
REACH = 12
"""Frames by which a border may move: 60 ms."""
PAUSE_REACH = 40
"""Frames by which one that opens an optional pause may move back, for the pause may be new."""
LEAST = 2
"""Frames of a phone."""
LEAST_PAUSE = 10
"""Frames of a pause where none need be: 50 ms."""
ROUNDS = 4
VARIANCE_FLOOR = 0.1
"""Of features that have deviation 1 over all of a speaker's frames."""
LEAST_BEFORE_PAUSE = 4
"""Frames of a phone before a pause."""
PAUSE_BLUR = 3
"""Frames by which feature PAUSE looks ahead, and is silent too early."""
SLOPE = 2
"""Frames to each side by which a slope is measured."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Segments:
    """What is said in a sentence, in order, and about when: phones and pauses."""

    models: Ints
    """[S]: which phone each is, by any numbering."""
    ends: Ints
    """[S]: the frame after the last of each; the last one is the sentence's."""
    optional: NDArray[np.bool_]
    """[S]: whether it may have no frames at all; else it is LEAST_PAUSE long or more."""


def realigned(features: Sequence[Floats], segments: Sequence[Segments], phones: int) -> list[Ints]:
    """The ends [S] of the segments of each sentence of one speaker or several alike.

    ``features``: [F, CHANNELS] of each sentence; ``phones``: how many models there are.
    """
    observed = _observed(features)
    ends = [sentence.ends for sentence in segments]
    for _ in range(ROUNDS):
        means, variances = _gaussians(observed, segments, ends, phones * STATES)
        ends = [
            _borders(sentence, _sums(frames, means, variances))
            for frames, sentence in zip(observed, segments, strict=True)
        ]
    return ends


def with_whole_pauses(features: Floats, ends: Ints, silent: NDArray[np.bool_]) -> Ints:
    """The ends [S] with each pause begun where the sound before it stops, however early that is.

    Labels may count silence to the phone before it; ``silent`` [S] says which segments are pauses. The phone
    keeps at least LEAST_BEFORE_PAUSE frames.
    """
    result = ends.copy()
    quiet = features[:, PAUSE] > 0.5
    for index in np.flatnonzero(silent[1:] & ~silent[:-1] & (np.diff(ends) > 0)):
        end = int(ends[index])
        earliest = (int(ends[index - 1]) if index else 0) + LEAST_BEFORE_PAUSE
        while end > earliest and quiet[end - 1]:
            end -= 1
        if end < ends[index]:
            result[index] = min(int(ends[index]), end + PAUSE_BLUR)
    return result


def _observed(features: Sequence[Floats]) -> list[Floats]:
    """[F, D] of each sentence: cepstra, periodicity and voicing, and their slopes, with deviation 1."""
    chosen = [*range(CEPSTRA), PERIODICITY, VOICED]
    rows = []
    for frames in features:
        padded = np.pad(frames[:, chosen].astype(np.float32), ((SLOPE, SLOPE), (0, 0)), mode="edge")
        slopes = padded[2 * SLOPE :] - padded[: -2 * SLOPE]
        rows.append(np.concatenate([padded[SLOPE:-SLOPE], slopes], axis=1))
    everything = np.concatenate(rows)
    mean, deviation = everything.mean(axis=0), everything.std(axis=0) + 1e-6
    return [((row - mean) / deviation).astype(np.float32) for row in rows]


def _gaussians(
    observed: Sequence[Floats], segments: Sequence[Segments], ends: Sequence[Ints], states: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means and variances [states, D] of the frames that the borders give to each state."""
    labels = [_labels(s.models, e, len(rows)) for rows, s, e in zip(observed, segments, ends, strict=True)]
    label, rows = np.concatenate(labels), np.concatenate(observed).astype(np.float64)
    order = np.argsort(label, kind="stable")
    counts = np.bincount(label, minlength=states)
    means = np.zeros((states, rows.shape[1]))
    variances = np.ones((states, rows.shape[1]))
    used = np.flatnonzero(counts)
    starts = np.concatenate([[0], np.cumsum(counts[used])[:-1]])
    means[used] = np.add.reduceat(rows[order], starts) / counts[used, None]
    squares = np.add.reduceat(rows[order] ** 2, starts) / counts[used, None]
    variances[used] = np.maximum(squares - means[used] ** 2, VARIANCE_FLOOR)
    return means, variances


def _labels(models: Ints, ends: Ints, frames: int) -> Ints:
    """[F]: the state that each frame belongs to."""
    label = np.zeros(frames, np.int64)
    start = 0
    for model, end in zip(models, ends, strict=True):
        length = end - start
        label[start:end] = model * STATES + np.arange(length) * STATES // max(1, length)
        start = end
    return label


def _sums(frames: Floats, means: NDArray[np.float64], variances: NDArray[np.float64]) -> Floats:
    """[F + 1, states]: the log likelihoods of all frames before each, under each Gaussian."""
    weights = (1.0 / variances).astype(np.float32)
    constant = (means**2 / variances + np.log(variances)).sum(axis=1)
    scores = (
        frames @ (means / variances).T.astype(np.float32) - 0.5 * (frames**2 @ weights.T) - 0.5 * constant
    )
    sums: Floats = np.concatenate([np.zeros((1, len(means))), np.cumsum(scores, axis=0)])
    return sums


def _borders(segments: Segments, sums: NDArray[np.floating]) -> Ints:
    """The most likely ends [S], each near where ``segments`` has it."""
    frames = len(sums) - 1
    best, places = np.zeros(1), np.zeros(1, np.int64)
    steps: list[tuple[Ints, Ints]] = []
    last = len(segments.models) - 1
    for index, model in enumerate(segments.models):
        now = _places(segments, index, frames) if index < last else np.array([frames])
        length = now[None, :] - places[:, None]
        least = LEAST_PAUSE if segments.optional[index] else LEAST
        allowed = length >= least
        if segments.optional[index]:
            allowed |= length == 0
        total = np.where(allowed, best[:, None] + _likelihood(sums, model, places, now, length), -np.inf)
        steps.append((total.argmax(axis=0), now))
        best, places = total.max(axis=0), now
    if not np.isfinite(best[0]):
        return segments.ends
    ends = np.zeros(len(segments.models), np.int64)
    chosen = 0
    for index in range(last, -1, -1):
        before, now = steps[index]
        ends[index] = now[chosen]
        chosen = int(before[chosen])
    return ends


def _places(segments: Segments, index: int, frames: int) -> Ints:
    """The frames where segment ``index`` may end."""
    end = int(segments.ends[index])
    opens = index + 1 < len(segments.optional) and segments.optional[index + 1]
    first = max(1, end - (PAUSE_REACH if opens else REACH))
    return np.arange(first, max(first + 1, min(frames, end + REACH + 1)))


def _likelihood(
    sums: NDArray[np.floating], model: int, starts: Ints, ends: Ints, length: Ints
) -> NDArray[np.floating]:
    """[len(starts), len(ends)]: how likely ``model`` is between each start and each end."""
    total = np.zeros(length.shape, sums.dtype)
    spans = np.maximum(length, 0)
    first = np.broadcast_to(starts[:, None], length.shape)
    for state in range(STATES):
        after = starts[:, None] - (-(state + 1) * spans // STATES)
        total += sums[after, model * STATES + state] - sums[first, model * STATES + state]
        first = after
    return total
