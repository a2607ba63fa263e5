"""The incremental WaveNet in compiled code: blocks of samples, from the last code to the drawn one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.kernels.borrow import borrowed, keep_alive
from engine.kernels.ends import draw_code, embed, feed_back, finite, head, new_head_work
from engine.kernels.layers import BLOCK, Moment, new_work, run_layers
from engine.kernels.layout import ALL, NONE
from engine.kernels.project_local import new_local_work, new_start, project_local
from engine.kernels.scratch import begin
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import copy, quantise


@njit(nogil=True)
def run(model: Any, streams: Any, position: Any, local: Any, feedback: Any, draws: Any, samples: Any) -> Any:
    """Step streams in lockstep through ``samples.codes`` [streams, n], drawing them unless they are given.

    The arguments are tuples of ``layout``, and ``position`` is the streams', an int. Returns n, or the index
    of the first sample at which an activation was NaN or infinite.
    """
    widest = max(max(model.layers.size.residual_pad, model.layers.size.skip_pad), model.ends.head_pad)
    memory = samples.scratch
    begin(memory)
    start = new_start(model, local.given, memory)
    scratch = (
        new_work(model.layers, streams.spare, widest, position, start, memory),
        new_head_work(model.ends, model.layers.size.streams, memory),
        new_local_work(model, local.given, memory),
    )
    given = borrowed((model, streams, local, feedback, draws, samples))
    work = borrowed(scratch)
    t = 0
    while t < samples.n and _sample(given, work, position, t):
        t += 1
    keep_alive(scratch)
    return t


@njit(nogil=True, inline="always")
def _sample(given: Any, scratch: Any, position: Any, t: Any) -> Any:
    """Sample ``t`` of a run, of every stream. False where an activation was NaN or infinite."""
    model, streams, local, feedback, draws, samples = given
    work, head_work, local_work = scratch
    slot, left = (position + t) % BLOCK, samples.n - t
    if local.given and (slot == 0 or t == 0):
        ahead = min(BLOCK - slot, left)
        if not project_local(model, local, local_work, work.start, t, slot, ahead):
            return False
    embed(model, streams, work, position + t)
    moment = Moment(slot, left, local_work.step[0])
    if not run_layers(model.layers, streams, work, moment, samples.wanted != NONE):
        return False
    if samples.wanted != NONE:
        if not head(model, work, head_work):
            return False
        _store_outputs(model.ends, model.layers.size.streams, samples, head_work, t)
    for stream in range(model.layers.size.streams):
        if not samples.given:
            seed, at = streams.seeds[stream], stream * model.ends.outputs_pad
            code = draw_code(model.ends, draws, t, seed, position + t, head_work, at)
            samples.codes[stream * samples.n + t] = code
        code = np.int64(samples.codes[stream * samples.n + t])
        kept = streams.spare + 1
        fed_back = feed_back(model.weights, model.ends, feedback, t, code)
        streams.fed_back[stream * kept + (position + t) % kept] = fed_back
    return True


@njit(nogil=True, inline="always")
def _store_outputs(ends: Any, streams: Any, samples: Any, head_work: Any, t: Any) -> None:
    """What is wanted of sample t's outputs goes to ``samples.outputs``."""
    for stream in range(streams):
        at = stream * ends.outputs_pad
        if samples.wanted == ALL:
            copy(head_work.out, at, samples.outputs, (stream * samples.n + t) * ends.outputs, ends.outputs)
        elif t == samples.n - 1:
            copy(head_work.out, at, samples.outputs, stream * ends.outputs, ends.outputs)


@njit(nogil=True)
def step_context(context: Any, streams: Any, step: Any, pending: Any, row: Any) -> Any:
    """One step of a context stack: ``pending`` [pooling padded] in, ``row`` [skip_pad] out.

    ``streams``: StreamArrays of the stack's rings; ``step`` counts from 0. Returns False on NaN or infinity.
    """
    size, biases = context.layers.size, context.layers.biases
    own = np.empty(0, np.int64)
    scratch = new_work(context.layers, streams.spare, size.residual_pad, step, biases.gate, own)
    given = borrowed((context, streams, scratch, pending, row))
    finished = _context_step(given, step, len(pending))
    keep_alive(scratch)
    return finished


@njit(nogil=True, inline="always")
def _context_step(given: Any, step: Any, pooling: Any) -> Any:
    context, streams, work, pending, row = given
    r, s = context.layers.size.residual_pad, context.layers.size.skip_pad
    affine_products(
        context.input, 0, pending, pooling, 1, work.ones, context.input_scale, 0,
        context.input_bias, 0, 0, work.x, 0, r, r,
    )  # fmt: skip
    work.units[0] = quantise(work.x, 0, work.q, 0, r)
    copy(context.layers.biases.skip, 0, work.skip, 0, s)
    if not run_layers(context.layers, streams, work, Moment(step % BLOCK, 1, 0), True):
        return False
    copy(work.skip, 0, row, 0, s)
    return finite(row, 0, s)
