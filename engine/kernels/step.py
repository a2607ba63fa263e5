"""The incremental WaveNet in compiled code: blocks of samples, from the last code to the drawn one.

W_prev x[t - d] does not wait for the current sample, so it is computed for up to BLOCK samples at once;
likewise the local condition's share. Several takes go through in one pass, weights read once for all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64

from engine.kernels.draw import draw, philox_words
from engine.kernels.draw_continuous import draw_gaussian, draw_logistic
from engine.kernels.layout import GAUSSIAN, SOFTMAX
from engine.kernels.simd_layers import affine_products, gate_products, residual_products
from engine.kernels.simd_values import copy, mix_rows, quantise, rectify
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.mulaw import LEVELS

BLOCK = 16
"""Samples ahead for which the past's share is computed; the result does not depend on it."""
NONE, LAST, ALL = 0, 1, 2
"""Which samples' outputs are wanted."""


@njit(nogil=True)
def run(
    packed: Any,
    biases: Any,
    size: Any,
    ends: Any,
    histories: Any,
    seeds: Any,
    clock: Any,
    previous: Any,
    temperature: Any,
    top_k: Any,
    top_p: Any,
    local: Any,
    local_index: Any,
    local_mix: Any,
    kept: Any,
    added: Any,
    codes: Any,
    given: Any,
    wanted: Any,
    outputs: Any,
) -> Any:
    """Step ``takes`` streams in lockstep through ``codes`` [takes, n], drawing them unless ``given``.

    ``histories`` [takes, …] as in StreamState, each flat; ``seeds`` uint64 and ``previous`` int64
    [takes]. ``local`` [m, local_pad], ``local_index`` and ``local_mix`` [n] as in LocalRows; no rows
    where there is no local condition. ``temperature`` float32 [n]. ``kept`` and ``added`` int32 [n], or
    empty: see ``codes.mix_feedback``; ``previous`` is left as what was heard last. ``outputs`` float32, flat,
    gets those ``wanted``: NONE, the LAST sample's [takes, outputs], or ALL [takes, n, outputs]. Returns n,
    or the index of the first sample at which an activation was NaN or infinite.
    """
    stack = packed.stack
    takes, n = codes.shape
    layers, taps, width, r = size.layers, size.taps, size.residual, size.residual_pad
    g, s, h_width, out_pad = size.gate_pad, size.skip_pad, ends.head_pad, ends.outputs_pad
    z_width, z_step = 2 * g, layers * 2 * g
    current, earlier, head, past_scale = stack.current, stack.past, packed.head, stack.past_scale
    x = np.zeros(takes * r, np.float32)
    staged = np.zeros(r, np.float32)
    skip = np.empty(takes * s, np.float32)
    hidden = np.empty(takes * h_width, np.float32)
    out = np.empty(takes * out_pad, np.float32)
    q = np.empty(takes * max(max(r, s), h_width), stack.activation.dtype)
    h = np.empty(takes * size.skip_layers * g, stack.activation.dtype)
    units, ones = np.empty(takes, np.float32), np.ones(takes, np.float32)
    rows = np.empty(BLOCK * takes * r, stack.activation.dtype)
    row_units = np.empty(BLOCK * takes, np.float32)
    past = np.empty(BLOCK * takes * z_step, np.float32)
    weights, shares = np.empty(LEVELS, np.int32), np.empty(ends.components, np.float64)
    conditioned, guided = len(local) > 0, len(kept) > 0
    h_step, part = 0, 0
    # Where each ring stands and when its past is due, kept up by counting: divisions are slow.
    lengths = stack.offsets[1:] - stack.offsets[:-1]
    places = np.empty(layers, np.int64)
    due = np.zeros(layers, np.int64)
    for layer in range(layers):
        places[layer] = clock % lengths[layer]
    local_z = np.empty(BLOCK * z_step if conditioned else 0, np.float32)
    local_q = np.empty((BLOCK + 1) * ends.local_pad, stack.activation.dtype)
    local_units = np.empty(BLOCK + 1, np.float32)
    local_rows = np.empty((BLOCK + 1) * z_step if conditioned else 0, np.float32)
    # A row that alone bears on a whole block is projected once, and used where it lies.
    single, projected = False, np.int64(-1)
    for t in range(n):
        slot = t % BLOCK
        if conditioned and slot == 0:
            ahead = min(BLOCK, n - t)
            single = local_index[t] == local_index[t + ahead - 1] and not local_mix[t : t + ahead].any()
            if not single or local_index[t] != projected:
                if not _project(packed, biases, size, ends, local, local_index, local_mix, t, ahead,
                                local_q, local_units, local_rows, local_z):  # fmt: skip
                    return t
                projected = local_index[t] if single else np.int64(-1)
        for take in range(takes):
            copy(biases.skip, 0, skip, take * s, s)
            _enter(packed, ends, previous[take], x, take * r, r)
            units[take] = quantise(x, take * r, q, take * r, r)
        at, skip_at, h_at, part = 0, 0, 0, 0
        for layer in range(layers):
            if h_at == 0:
                h_step = min(size.skip_layers, layers - layer) * g
            dilation, start, length, place = (
                stack.dilations[layer], stack.offsets[layer], lengths[layer], places[layer]
            )  # fmt: skip
            places[layer] = place + 1 if place + 1 < length else 0
            if slot == 0 or slot == due[layer]:
                due[layer] = slot + min(dilation, BLOCK)
                # The past's share of this sample and those after it: bias + W_prev x[t - d].
                ahead = min(min(dilation, BLOCK - slot), n - t)
                for tap in range(taps - 1):
                    # The oldest tap lies a whole ring back: in the very row that sample t will take.
                    first = place + tap * dilation
                    if first >= length:
                        first -= length
                    for i in range(ahead):
                        row_place = first + i if first + i < length else first + i - length
                        source = (start + row_place) * width
                        for take in range(takes):
                            row = i * takes + take
                            if width == r:
                                row_units[row] = quantise(histories[take], source, rows, row * r, r)
                            else:
                                copy(histories[take], source, staged, 0, width)
                                row_units[row] = quantise(staged, 0, rows, row * r, r)
                            if row_units[row] != row_units[row]:
                                return t
                    u_at = (layer * (taps - 1) + tap) * z_width
                    to = slot * takes * z_step + layer * z_width
                    base, base_at, base_step = biases.gate, layer * z_width, 0
                    if tap > 0:
                        base, base_at, base_step = past, to, z_step
                    elif conditioned and single:
                        base = local_rows
                    elif conditioned:
                        base, base_at, base_step = local_z, slot * z_step + layer * z_width, z_step
                    if tap > 0 or takes == 1 or base_step == 0:
                        affine_products(
                            earlier, u_at * r, rows, r, ahead * takes, row_units, past_scale, u_at,
                            base, base_at, base_step, past, to, z_step, z_width,
                        )  # fmt: skip
                    else:
                        for i in range(ahead):  # all takes start from the same row of the condition
                            affine_products(
                                earlier, u_at * r, rows[i * takes * r :], r, takes, row_units[i * takes :],
                                past_scale, u_at, base, base_at + i * z_step, 0,
                                past, to + i * takes * z_step, z_step, z_width,
                            )  # fmt: skip
            for take in range(takes):
                if units[take] != units[take]:
                    return t
                copy(x, take * r, histories[take], (start + place) * width, width)
            z_at, past_at = layer * z_width, slot * takes * z_step + layer * z_width
            gate_products(
                current, at, q, r, takes, units, stack.current_scale, z_at,
                past, past_at, z_step, h, h_at, h_step, z_width,
            )  # fmt: skip
            at += z_width * r
            if layer + 1 < layers:
                residual_products(
                    current, at, h, h_at, h_step, g, takes, stack.residual_scale, layer * r,
                    stack.residual_bias, layer * r, size.residual_scale, x, q, units, r,
                )  # fmt: skip
            at += r * g
            h_at += g
            if h_at == h_step:
                if wanted != NONE:
                    affine_products(
                        stack.skip, skip_at, h, h_step, takes, ones, stack.skip_scale, part * s,
                        skip, 0, s, skip, 0, s, s,
                    )  # fmt: skip
                skip_at += s * h_step
                h_at, part = 0, part + 1
        if wanted != NONE:
            for take in range(takes):
                units[take] = _rectified(skip, take * s, q, take * s, s)
                if units[take] != units[take]:
                    return t
            affine_products(
                head, 0, q, s, takes, units, packed.head_scale, 0, packed.head_bias, 0, 0,
                hidden, 0, h_width, h_width,
            )  # fmt: skip
            for take in range(takes):
                units[take] = _rectified(hidden, take * h_width, q, take * h_width, h_width)
                if units[take] != units[take]:
                    return t
            affine_products(
                head, h_width * s, q, h_width, takes, units, packed.output_scale, 0, packed.output_bias, 0, 0,
                out, 0, out_pad, out_pad,
            )  # fmt: skip
            for take in range(takes):
                if not _finite(out, take * out_pad, ends.outputs):
                    return t
                if wanted == ALL:
                    copy(out, take * out_pad, outputs, (take * n + t) * ends.outputs, ends.outputs)
                elif t == n - 1:
                    copy(out, take * out_pad, outputs, take * ends.outputs, ends.outputs)
        for take in range(takes):
            if not given:
                words = philox_words(seeds[take], uint64(clock))
                codes[take, t] = _draw(
                    out, take * out_pad, ends, temperature[t], top_k, top_p, words, weights, shares
                )
            heard = np.int64(codes[take, t])
            if guided and (kept[t] != FULL_SCALE or added[t] != 0):
                heard = _hear(packed, ends, heard, kept[t], added[t])
            previous[take] = heard
        clock += 1
    return n


@njit(nogil=True)
def _enter(packed: Any, ends: Any, code: Any, x: Any, at: Any, r: Any) -> None:
    """The stack's input for the previous sample's code."""
    value = packed.inputs[code + packed.input_origin]
    if ends.scalar_input:
        for i in range(r):
            x[at + i] = packed.embedding[i] * value + packed.embedding[r + i]
    else:
        copy(packed.embedding, np.int64(value) * r, x, at, r)


@njit(nogil=True)
def _hear(packed: Any, ends: Any, code: Any, kept: Any, added: Any) -> Any:
    """See ``codes.mix_feedback``."""
    softmax = ends.kind == SOFTMAX
    linear = np.int64(packed.linear[code]) if softmax else code
    total = (linear * kept + FULL_SCALE // 2) // FULL_SCALE + added
    total = min(max(total, -FULL_SCALE), FULL_SCALE - 1)
    return np.int64(packed.nearest[total]) if softmax else total


@njit(nogil=True)
def _project(
    packed: Any,
    biases: Any,
    size: Any,
    ends: Any,
    local: Any,
    index: Any,
    mix: Any,
    t: Any,
    ahead: Any,
    q: Any,
    units: Any,
    projected: Any,
    z: Any,
) -> Any:
    """Fills z [ahead, layers · 2 gate_pad]: bias + V_l c of the samples from t on. False on NaN or infinity.

    A row of the condition is projected once for all samples of the block that it bears on; a single one
    stays in ``projected``.
    """
    z_step = size.layers * 2 * size.gate_pad
    first = index[t]
    count = index[t + ahead - 1] - first + 1
    for i in range(ahead):
        if mix[t + i] > 0.0:
            count = max(count, index[t + i] - first + 2)
    for row in range(count):
        units[row] = quantise(local[first + row], 0, q, row * ends.local_pad, ends.local_pad)
        if units[row] != units[row]:
            return False
    affine_products(
        packed.local, 0, q, ends.local_pad, count, units, packed.local_scale, 0, biases.gate, 0, 0,
        projected, 0, z_step, z_step,
    )  # fmt: skip
    for i in range(ahead if count > 1 else 0):
        row = index[t + i] - first
        share = mix[t + i]
        if share == 0.0:
            copy(projected, row * z_step, z, i * z_step, z_step)
        else:
            mix_rows(projected, row * z_step, projected, (row + 1) * z_step, share, z, i * z_step, z_step)
    return True


@njit(nogil=True)
def _rectified(x: Any, at: Any, q: Any, q_at: Any, width: Any) -> Any:
    rectify(x, at, width)
    return quantise(x, at, q, q_at, width)


@njit(nogil=True)
def _draw(
    out: Any,
    at: Any,
    ends: Any,
    temperature: Any,
    top_k: Any,
    top_p: Any,
    words: Any,
    weights: Any,
    shares: Any,
) -> Any:
    if ends.kind == SOFTMAX:
        return draw(out, at, temperature, top_k, top_p, words[0], weights)
    if ends.kind == GAUSSIAN:
        return draw_gaussian(out, at, ends.log_scale_min, temperature, words)
    return draw_logistic(
        out, at, ends.components, ends.log_scale_min, temperature, top_k, top_p, words, shares
    )


@njit(nogil=True)
def _finite(values: Any, at: Any, count: Any) -> Any:
    finite = True
    for i in range(count):
        finite &= abs(values[at + i]) < np.float32(np.inf)
    return finite


@njit(nogil=True)
def step_context(packed: Any, size: Any, history: Any, step: Any, pending: Any, row: Any) -> Any:
    """One step of a context stack: ``pending`` [pooling padded] in, ``row`` [skip_pad] out.

    ``history`` as in ContextState, flat; ``step`` counts from 0. Returns False on NaN or infinity.
    """
    stack = packed.stack
    layers, taps, width, r = size.layers, size.taps, size.residual, size.residual_pad
    g, s, z_width = size.gate_pad, size.skip_pad, 2 * size.gate_pad
    one = np.ones(1, np.float32)
    x, q, staged, tap_q = (
        np.zeros(r, np.float32), np.empty(r, np.float32), np.zeros(r, np.float32), np.empty(r, np.float32)
    )  # fmt: skip
    z, h = np.empty(z_width, np.float32), np.empty(size.skip_layers * g, np.float32)
    h_step, skip_at = 0, 0
    affine_products(
        packed.input, 0, pending, len(pending), 1, one, packed.input_scale, 0, packed.input_bias, 0, 0,
        x, 0, r, r,
    )  # fmt: skip
    copy(packed.skip_bias, 0, row, 0, s)
    unit = np.empty(1, np.float32)
    unit[0] = quantise(x, 0, q, 0, r)
    at = 0
    for layer in range(layers):
        start = stack.offsets[layer]
        length = stack.offsets[layer + 1] - start
        copy(packed.gate_bias, layer * z_width, z, 0, z_width)
        for tap in range(taps - 1):
            source = (start + (step + tap * stack.dilations[layer]) % length) * width
            copy(history, source, staged, 0, width)
            if quantise(staged, 0, tap_q, 0, r) != np.float32(1.0):
                return False
            u_at = (layer * (taps - 1) + tap) * z_width
            affine_products(
                stack.past,
                u_at * r,
                tap_q,
                r,
                1,
                one,
                stack.past_scale,
                u_at,
                z,
                0,
                0,
                z,
                0,
                z_width,
                z_width,
            )
        if unit[0] != np.float32(1.0):
            return False
        copy(x, 0, history, (start + step % length) * width, width)
        h_at = layer % size.skip_layers * g
        if h_at == 0:
            h_step = min(size.skip_layers, layers - layer) * g
        gate_products(
            stack.current, at, q, r, 1, one, stack.current_scale, layer * z_width,
            z, 0, z_width, h, h_at, h_step, z_width,
        )  # fmt: skip
        at += z_width * r
        if layer + 1 < layers:
            residual_products(
                stack.current, at, h, h_at, h_step, g, 1, stack.residual_scale, layer * r,
                stack.residual_bias, layer * r, size.residual_scale, x, q, unit, r,
            )  # fmt: skip
        at += r * g
        if h_at + g == h_step:
            affine_products(
                stack.skip, skip_at, h, h_step, 1, one, stack.skip_scale, layer // size.skip_layers * s,
                row, 0, s, row, 0, s, s,
            )  # fmt: skip
            skip_at += s * h_step
    return _finite(row, 0, s)
