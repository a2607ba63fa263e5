"""What stands before and behind the main stack in compiled code: input, head, draw and feedback."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from engine.kernels.draw import draw, philox_words
from engine.kernels.draw_continuous import draw_gaussian, draw_logistic
from engine.kernels.layout import GAUSSIAN, SOFTMAX
from engine.kernels.matrices import Floats
from engine.kernels.scratch import room
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import copy, quantise, rectify
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.mulaw import LEVELS


class HeadWork(NamedTuple):
    """A call's scratch of the head and the draw; flat arrays."""

    hidden: Floats
    """[streams, head_pad]."""
    out: Floats
    """[streams, outputs_pad]: what the distribution's parameters are."""
    softmax: NDArray[np.int32]
    """[256]: the chances of a softmax's codes."""
    mixture: NDArray[np.float64]
    """[components]: those of a mixture's parts."""


@njit(nogil=True)
def new_head_work(ends: Any, streams: Any, scratch: Any) -> Any:
    """For some streams, of ``scratch``."""
    return HeadWork(
        room(scratch, streams * ends.head_pad, np.float32),
        room(scratch, streams * ends.outputs_pad, np.float32),
        room(scratch, LEVELS, np.int32),
        room(scratch, ends.components, np.float64),
    )


@njit(nogil=True)
def embed(model: Any, streams: Any, work: Any, position: Any) -> None:
    """Every stream's input x, quantised into q, from the code fed back to it last; the skip sum begins."""
    r, s = model.layers.size.residual_pad, model.layers.size.skip_pad
    kept = streams.spare + 1
    for stream in range(model.layers.size.streams):
        copy(model.layers.biases.skip, 0, work.skip, stream * s, s)
        code = streams.fed_back[stream * kept + (position + streams.spare) % kept]
        _enter(model.weights, model.ends, code, work.x, stream * r, r)
        work.units[stream] = quantise(work.x, stream * r, work.q, stream * r, r)


@njit(nogil=True)
def _enter(weights: Any, ends: Any, code: Any, x: Any, at: Any, r: Any) -> None:
    value = weights.inputs[code + weights.input_origin]
    if ends.scalar_input:
        for i in range(r):
            x[at + i] = weights.embedding[i] * value + weights.embedding[r + i]
    else:
        copy(weights.embedding, np.int64(value) * r, x, at, r)


@njit(nogil=True)
def head(model: Any, work: Any, head_work: Any) -> Any:
    """relu, 1x1, relu, 1x1 from the skip sum to head_work.out. False where anything is NaN or infinite."""
    weights, ends, streams = model.weights, model.ends, model.layers.size.streams
    s, h_width, out_pad = model.layers.size.skip_pad, ends.head_pad, ends.outputs_pad
    if not _rectify(work.skip, work, streams, s):
        return False
    affine_products(
        weights.head, 0, work.q, s, streams, work.units, weights.head_scale, 0, weights.head_bias, 0, 0,
        head_work.hidden, 0, h_width, h_width,
    )  # fmt: skip
    if not _rectify(head_work.hidden, work, streams, h_width):
        return False
    affine_products(
        weights.head, h_width * s, work.q, h_width, streams, work.units, weights.output_scale, 0,
        weights.output_bias, 0, 0, head_work.out, 0, out_pad, out_pad,
    )  # fmt: skip
    every = True
    for stream in range(streams):
        every &= finite(head_work.out, stream * out_pad, ends.outputs)
    return every


@njit(nogil=True, inline="always")
def _rectify(values: Any, work: Any, streams: Any, width: Any) -> Any:
    """Rows of ``values``, rectified, into q. False where one holds NaN or infinity."""
    for stream in range(streams):
        rectify(values, stream * width, width)
        work.units[stream] = quantise(values, stream * width, work.q, stream * width, width)
        if work.units[stream] != work.units[stream]:
            return False
    return True


@njit(nogil=True)
def finite(values: Any, at: Any, count: Any) -> Any:
    """Whether ``count`` values from ``at`` on are."""
    finite = True
    for i in range(count):
        finite &= abs(values[at + i]) < np.float32(np.inf)
    return finite


@njit(nogil=True)
def draw_code(ends: Any, draws: Any, t: Any, seed: Any, position: Any, head_work: Any, at: Any) -> Any:
    """The code drawn for sample t of the call, number ``position`` of its stream, from head_work.out[at:]."""
    words, temperature = philox_words(seed, uint64(position)), draws.temperature[t]
    out, top_k, top_p = head_work.out, draws.top_k, draws.top_p
    if ends.kind == SOFTMAX:
        return draw(out, at, temperature, top_k, top_p, words[0], head_work.softmax)
    if ends.kind == GAUSSIAN:
        return draw_gaussian(out, at, ends.log_scale_min, temperature, words)
    return draw_logistic(
        out, at, ends.components, ends.log_scale_min, temperature, top_k, top_p, words, head_work.mixture
    )


@njit(nogil=True)
def feed_back(weights: Any, ends: Any, feedback: Any, t: Any, code: Any) -> Any:
    """What the model takes sample t of the call, which is ``code``, for: see ``codes.mix_feedback``."""
    if not feedback.given or (feedback.gain[t] == FULL_SCALE and feedback.offset[t] == 0):
        return code
    softmax = ends.kind == SOFTMAX
    linear = np.int64(weights.linear[code]) if softmax else code
    total = (linear * feedback.gain[t] + FULL_SCALE // 2) // FULL_SCALE + feedback.offset[t]
    total = min(max(total, -FULL_SCALE), FULL_SCALE - 1)
    if not softmax:
        return total
    # An address, unlike an array, does not count from the end.
    return np.int64(weights.nearest[total if total >= 0 else total + 2 * FULL_SCALE])
