"""What a stream is given and keeps, as the arrays that the compiled loop takes: always of the same types."""

from __future__ import annotations

import numpy as np

from engine.kernels.layout import FeedbackArrays, LocalArrays, StreamArrays
from engine.kernels.matrices import pad
from engine.kernels.rings import RingState
from engine.wavenet.conditions import Feedback, LocalRows


def stream_arrays(state: RingState) -> StreamArrays:
    """The streams' own arrays, flat: a run changes them."""
    rings = state.rings
    return StreamArrays(
        rings.rows.reshape(-1), rings.units.reshape(-1), state.seeds, state.fed_back.reshape(-1), state.spare
    )


def local_arrays(local: LocalRows | None, width: int) -> LocalArrays:
    """The condition's rows padded, its index and mix. Raises ValueError where rows are not ``width`` wide."""
    if local is None:
        nothing = np.empty(0, np.float32)
        return LocalArrays(False, nothing[None], np.empty(0, np.int64), nothing)
    if local.rows.shape[1] != width:
        raise ValueError(f"the local condition must have {width} channels, not {local.rows.shape[1]}")
    rows = np.zeros((len(local.rows), pad(width)), np.float32)
    rows[:, :width] = local.rows
    index, mix = np.ascontiguousarray(local.index, np.int64), np.ascontiguousarray(local.mix, np.float32)
    return LocalArrays(True, rows, index, mix)


def feedback_arrays(guide: Feedback | None) -> FeedbackArrays:
    """The mix of what is fed back."""
    if guide is None:
        return FeedbackArrays(False, np.empty(0, np.int32), np.empty(0, np.int32))
    gain, offset = np.ascontiguousarray(guide.gain, np.int32), np.ascontiguousarray(guide.offset, np.int32)
    return FeedbackArrays(True, gain, offset)
