"""What a stream is given, as the arrays that the compiled loop takes: always of the same types."""

from __future__ import annotations

import numpy as np

from engine.kernels.layout import (
    Context,
    ContextArguments,
    FeedbackArrays,
    LocalArrays,
    StreamArrays,
    stack_words,
)
from engine.kernels.matrices import Floats, pad
from engine.kernels.rings import RingContext
from engine.wavenet.conditions import Feedback, LocalRows

NO_LOCAL = LocalArrays(False, np.empty((1, 0), np.float32), np.empty(0, np.int64), np.empty(0, np.float32))
NO_FEEDBACK = FeedbackArrays(False, np.empty(0, np.int32), np.empty(0, np.int32))


def local_arrays(local: LocalRows | None, width: int) -> LocalArrays:
    """The condition's rows padded, its index and mix. Raises ValueError where rows are not ``width`` wide."""
    if local is None:
        return NO_LOCAL
    if local.rows.shape[1] != width:
        raise ValueError(f"the local condition must have {width} channels, not {local.rows.shape[1]}")
    rows = np.zeros((len(local.rows), pad(width)), np.float32)
    rows[:, :width] = local.rows
    index, mix = np.ascontiguousarray(local.index, np.int64), np.ascontiguousarray(local.mix, np.float32)
    return LocalArrays(True, rows, index, mix)


def feedback_arrays(guide: Feedback | None) -> FeedbackArrays:
    """The mix of what is fed back."""
    if guide is None:
        return NO_FEEDBACK
    gain, offset = np.ascontiguousarray(guide.gain, np.int32), np.ascontiguousarray(guide.offset, np.int32)
    return FeedbackArrays(True, gain, offset)


def context_arguments(context: Context, state: RingContext) -> tuple[ContextArguments, Floats]:
    """What ``step.step_context`` takes, and the array that it fills."""
    pending = np.zeros(pad(len(state.pending)), np.float32)
    pending[: len(state.pending)] = state.pending
    size = context.layers.size
    row = np.empty(size.skip_pad, np.float32)
    nothing = np.empty(0, np.uint64), np.empty(0, np.int64)
    streams = StreamArrays(state.rings.rows.reshape(-1), state.rings.units.reshape(-1), *nothing, 0)
    scratch = np.empty(stack_words(size, size.residual_pad), np.int64)
    return ContextArguments(context, streams, pending, len(pending), row, scratch), row
