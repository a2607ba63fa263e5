"""The incremental WaveNet in compiled code: blocks of samples, from the last code to the drawn one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.ends import draw_code, embed, feed_back, head, new_head_work
from engine.kernels.jit import njit_inlined, njit_part
from engine.kernels.layers import Moment, new_work, run_layers
from engine.kernels.layout import ALL, BLOCK, NONE
from engine.kernels.project_local import new_local_work, new_start, project_local
from engine.kernels.scratch_pieces import begin
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import all_finite, copy, quantise


class Piece(NamedTuple):
    """A part of a call's samples."""

    start: int
    end: int
    """Behind its last sample."""
    slot: int
    """Row that the last sample's outputs go to."""


@njit_part
def run(call: Any, start: Any, n: Any, slot: Any) -> Any:
    """Step streams in lockstep through ``n`` samples of a call from its sample ``start`` on.

    ``call``: ``layout.Arguments`` as ``words``. The samples are drawn unless they are given; outputs of the
    last alone go to row ``slot``. Returns n, or the index of the first of them at which an activation was
    NaN or infinite.
    """
    size, ends, memory = call.size, call.ends, call.scratch
    begin(memory)
    first = new_start(call, memory)
    widest = max(max(size.residual_pad, size.skip_pad), ends.head_pad)
    work = new_work(call, call.streams.spare, widest, call.position + start, first, memory)
    scratch = work, new_head_work(ends, size.streams, memory), new_local_work(call, memory)
    t = start
    while t < start + n and _sample(call, scratch, Piece(start, start + n, slot), t):
        t += 1
    return t - start


@njit_inlined
def _sample(call: Any, scratch: Any, piece: Any, t: Any) -> Any:
    """Sample ``t`` of a call, of every stream. False where an activation was NaN or infinite."""
    work, head_work, local_work = scratch
    size, ends, streams, samples = call.size, call.ends, call.streams, call.samples
    position = call.position + t
    slot, left = position % BLOCK, piece.end - t
    if call.local.given and (slot == 0 or t == piece.start):
        ahead = min(BLOCK - slot, left)
        if not project_local(call, local_work, work.start, t, slot, ahead):
            return False
    embed(call, work, position)
    wanted = samples.wanted
    if not run_layers(call, streams, work, Moment(slot, left, local_work.step[0]), wanted != NONE):
        return False
    if wanted != NONE:
        if not head(call, work, head_work):
            return False
        for stream in range(size.streams):
            if wanted == ALL:
                _store_outputs(ends, samples, head_work, stream, stream * samples.n + t)
            elif t == piece.end - 1:
                _store_outputs(ends, samples, head_work, stream, piece.slot + stream)
    for stream in range(size.streams):
        if not samples.given:
            code = draw_code(ends, call.draws, t, streams.seeds[stream], position, head_work, stream)
            samples.codes[stream * samples.n + t] = code
        code = np.int64(samples.codes[stream * samples.n + t])
        kept = streams.spare + 1
        fed_back = feed_back(call.weights, ends, call.feedback, t, code)
        streams.fed_back[stream * kept + position % kept] = fed_back
    return True


@njit_inlined
def _store_outputs(ends: Any, samples: Any, head_work: Any, stream: Any, row: Any) -> None:
    """What the head made of a stream goes to a row of ``samples.outputs``."""
    outputs = ends.outputs
    copy(head_work.out, stream * ends.outputs_pad, samples.outputs, row * outputs, outputs)


@njit_part
def step_context(call: Any, step: Any) -> Any:
    """One step of a context stack, from 0. ``call``: ``layout.ContextArguments`` as ``words``.

    Returns 0 on NaN or infinity, else 1.
    """
    context, memory = call.context, call.scratch
    layers = context.layers
    r, s = layers.size.residual_pad, layers.size.skip_pad
    begin(memory)
    work = new_work(layers, call.streams.spare, r, step, layers.biases.gate, memory)
    affine_products(
        context.input, 0, call.pending, call.pooling, 1, work.ones, context.input_scale, 0,
        context.input_bias, 0, 0, work.x, 0, r, r,
    )  # fmt: skip
    work.units[0] = quantise(work.x, 0, work.q, 0, r)
    copy(layers.biases.skip, 0, work.skip, 0, s)
    if not run_layers(layers, call.streams, work, Moment(step % BLOCK, 1, 0), True):
        return 0
    copy(work.skip, 0, call.row, 0, s)
    return 1 if all_finite(call.row, 0, s) else 0
