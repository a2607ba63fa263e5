"""Frames of a phrase in another time: phones that are drawn out, pauses that are longer or shorter."""

from __future__ import annotations

import numpy as np

from engine.speech.features import VOICED, Floats
from engine.speech.shape import Ints


def warped(frames: Floats, before: Ints, after: Ints) -> Floats:
    """``frames`` [F, CHANNELS] with each phone's end moved from ``before`` [P] to ``after`` [P].

    Within a phone time goes evenly; what follows the last is moved as it is. What is yes or no is taken from
    the nearest frame.
    """
    pause = len(frames) - int(before[-1])
    knots_after = np.concatenate([[0], after, [after[-1] + pause]])
    knots_before = np.concatenate([[0], before, [before[-1] + pause]])
    middles = np.arange(int(after[-1]) + pause) + 0.5
    at = np.clip(np.interp(middles, knots_after, knots_before) - 0.5, 0.0, len(frames) - 1.0)
    low = at.astype(np.int64)
    high = np.minimum(low + 1, len(frames) - 1)
    share = (at - low)[:, None]
    rows = frames[low] * (1.0 - share) + frames[high] * share
    rows[:, VOICED:] = frames[np.rint(at).astype(np.int64), VOICED:]
    result: Floats = rows.astype(np.float32)
    return result


def with_pause(frames: Floats, end: int, pause: int) -> Floats:
    """``frames`` [F, CHANNELS] whose pause, from frame ``end`` on, becomes ``pause`` frames long.

    A longer one repeats its middle frame.
    """
    missing = end + pause - len(frames)
    if missing <= 0:
        return frames[: end + pause].copy()
    middle = min((end + len(frames)) // 2, len(frames) - 1)
    return np.concatenate(
        [frames[:middle], np.repeat(frames[middle : middle + 1], missing, axis=0), frames[middle:]]
    )


def shortened_pause(frames: Floats, end: int, pause: int) -> Floats:
    """The reverse of ``with_pause``: what is beyond ``pause`` frames leaves from the pause's middle."""
    surplus = len(frames) - end - pause
    if surplus <= 0:
        return frames
    middle = (2 * end + pause) // 2
    return np.concatenate([frames[:middle], frames[middle + surplus :]])
