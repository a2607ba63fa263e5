"""What stands before and behind the main stack in compiled code: input, head, draw and feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import uint64
from numba.extending import overload
from numpy.typing import NDArray

from engine.kernels.draw import draw, philox_words
from engine.kernels.draw_continuous import draw_gaussian, draw_logistic
from engine.kernels.jit import PART, njit_inlined, njit_part
from engine.kernels.layout import GAUSSIAN, LOGISTICS, SOFTMAX
from engine.kernels.matrices import Floats, Integers
from engine.kernels.scratch_pieces import room
from engine.kernels.simd_draw import RUN
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import all_finite, copy, quantise, quantise_rectified
from engine.kernels.word_types import known
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.mulaw import LEVELS


class HeadWork(NamedTuple):
    """A call's scratch of the head and the draw; addresses."""

    hidden: Floats
    """[streams, head_pad]."""
    out: Floats
    """[streams, outputs_pad]: what the distribution's parameters are."""
    softmax: NDArray[np.int32]
    """[256]: the chances of a softmax's codes …"""
    sums: Integers
    """… and [256 / RUN] the sums of RUN of them."""
    mixture: NDArray[np.float64]
    """[components]: those of a mixture's parts."""


@njit_part
def new_head_work(ends: Any, streams: Any, scratch: Any) -> Any:
    """For some streams, of ``scratch``."""
    return HeadWork(
        room(scratch, streams * ends.head_pad, np.float32),
        room(scratch, streams * ends.outputs_pad, np.float32),
        room(scratch, LEVELS, np.int32),
        room(scratch, LEVELS // RUN, np.int64),
        room(scratch, ends.components, np.float64),
    )


@njit_part
def embed(call: Any, work: Any, position: Any) -> None:
    """Every stream's input x, quantised into q, from the code fed back to it last; the skip sum begins."""
    r, s, streams = call.size.residual_pad, call.size.skip_pad, call.streams
    kept = streams.spare + 1
    for stream in range(call.size.streams):
        copy(call.biases.skip, 0, work.skip, stream * s, s)
        code = streams.fed_back[stream * kept + (position + streams.spare) % kept]
        _enter(call.weights, call.ends, code, work.x, stream * r, r)
        work.units[stream] = quantise(work.x, stream * r, work.q, stream * r, r)


@njit_part
def _enter(weights: Any, ends: Any, code: Any, x: Any, at: Any, r: Any) -> None:
    value = weights.inputs[code + weights.input_origin]
    if ends.scalar_input:
        for i in range(r):
            x[at + i] = weights.embedding[i] * value + weights.embedding[r + i]
    else:
        copy(weights.embedding, np.int64(value) * r, x, at, r)


@njit_part
def head(call: Any, work: Any, head_work: Any) -> Any:
    """relu, 1x1, relu, 1x1 from the skip sum to head_work.out. False where anything is NaN or infinite."""
    weights, ends, streams = call.weights, call.ends, call.size.streams
    s, h_width, out_pad = call.size.skip_pad, ends.head_pad, ends.outputs_pad
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
        every &= all_finite(head_work.out, stream * out_pad, out_pad)
    return every


@njit_inlined
def _rectify(values: Any, work: Any, streams: Any, width: Any) -> Any:
    """Rows of ``values``, rectified, into q. False where one holds NaN or infinity."""
    for stream in range(streams):
        work.units[stream] = quantise_rectified(values, stream * width, work.q, stream * width, width)
        if work.units[stream] != work.units[stream]:
            return False
    return True


def draw_code(ends: Any, draws: Any, t: Any, seed: Any, position: Any, head_work: Any, stream: Any) -> Any:
    """The code drawn for sample t of the call, number ``position`` of its stream, from its row of outputs.

    For compiled code, in which there is only what the model's kind of output takes, if that is known.
    """
    raise NotImplementedError


@njit_part
def _draw_softmax(ends: Any, draws: Any, t: Any, words: Any, work: Any, at: Any) -> Any:
    return draw(
        work.out, at, draws.temperature[t], draws.top_k, draws.top_p, words[0], work.softmax, work.sums
    )


@njit_part
def _draw_gaussian(ends: Any, draws: Any, t: Any, words: Any, work: Any, at: Any) -> Any:
    return draw_gaussian(work.out, at, ends.log_scale_min, draws.temperature[t], words)


@njit_part
def _draw_logistic(ends: Any, draws: Any, t: Any, words: Any, work: Any, at: Any) -> Any:
    return draw_logistic(
        work.out, at, ends.components, ends.log_scale_min, draws.temperature[t], draws.top_k, draws.top_p,
        words, work.mixture,
    )  # fmt: skip


@njit_part
def _draw_any(ends: Any, draws: Any, t: Any, words: Any, work: Any, at: Any) -> Any:
    if ends.kind == SOFTMAX:
        return _draw_softmax(ends, draws, t, words, work, at)
    if ends.kind == GAUSSIAN:
        return _draw_gaussian(ends, draws, t, words, work, at)
    return _draw_logistic(ends, draws, t, words, work, at)


@overload(draw_code, jit_options=PART)
def _draw_code(
    ends: Any, draws: Any, t: Any, seed: Any, position: Any, head_work: Any, stream: Any
) -> Callable[..., Any]:
    kinds: dict[int | None, Any] = {
        SOFTMAX: _draw_softmax,
        LOGISTICS: _draw_logistic,
        GAUSSIAN: _draw_gaussian,
    }
    chosen = kinds.get(known(ends, "kind"), _draw_any)

    def code(ends: Any, draws: Any, t: Any, seed: Any, position: Any, head_work: Any, stream: Any) -> Any:
        words = philox_words(seed, uint64(position))
        return chosen(ends, draws, t, words, head_work, stream * ends.outputs_pad)

    return code


@njit_part
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
