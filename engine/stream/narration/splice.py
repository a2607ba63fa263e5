"""How one way of saying a phrase gives way to another in its midst."""

from __future__ import annotations

import numpy as np

from engine.speech.features import VOICED, Floats
from engine.speech.spoken import Spoken

BLENDED = 6
"""Frames over which the old way becomes the new one."""


def counterpart(old: Spoken, new: Spoken, frame: int) -> int:
    """The frame of ``new`` at the same place of the same phone, or of the pause after the last.

    Where they say not as many phones, at the same share of the whole. ``frame`` within ``old``; the
    result is at most the length of ``new``.
    """
    if len(old.ends) != len(new.ends):
        return round(frame / max(1, len(old.frames)) * len(new.frames))
    old_edges = np.concatenate([[0], old.ends, [max(len(old.frames), old.ends[-1])]])
    new_edges = np.concatenate([[0], new.ends, [max(len(new.frames), new.ends[-1])]])
    part = min(int(np.searchsorted(old_edges, frame, side="right")) - 1, len(old_edges) - 2)
    length = max(1, int(old_edges[part + 1] - old_edges[part]))
    share = min(1.0, (frame - int(old_edges[part])) / length)
    return int(new_edges[part] + round(share * int(new_edges[part + 1] - new_edges[part])))


def blended(old: Floats, new: Floats) -> Floats:
    """``new`` [n, CHANNELS], of which the first frames come out of ``old`` [m, CHANNELS]."""
    count = min(BLENDED, len(old), len(new))
    result = new.copy()
    share = ((np.arange(count) + 1.0) / (count + 1.0))[:, None].astype(np.float32)
    result[:count, :VOICED] = old[:count, :VOICED] * (1.0 - share) + new[:count, :VOICED] * share
    return result
