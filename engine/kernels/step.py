"""The incremental WaveNet in compiled code: blocks of samples, from the last code to the drawn one.

W_prev x[t - d] does not wait for the current sample, so it is computed for up to BLOCK samples at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64

from engine.kernels.draw import draw, philox_word
from engine.kernels.simd_layers import affine_product, gate_product, past_products, residual_product
from engine.kernels.simd_values import copy, quantise, rectify
from engine.mulaw import LEVELS

BLOCK = 16
"""Samples ahead for which the past's share is computed; the result does not depend on it."""
ONE = np.float32(1.0)


@njit(nogil=True)
def run(
    packed: Any,
    biases: Any,
    size: Any,
    history: Any,
    seed: Any,
    clock: Any,
    previous: Any,
    temperature: Any,
    top_k: Any,
    top_p: Any,
    codes: Any,
    given: Any,
    logits: Any,
) -> Any:
    """Step the stream through ``codes`` [n] uint8, drawing them unless they are ``given``.

    ``history`` as in StreamState, flat. ``logits`` float32, flat: [n, 256] gets all, [256] the last
    sample's, and none are computed where it is empty. Returns n, or the index of the first sample
    at which an activation was NaN or infinite.
    """
    layers, taps, width, r = size.layers, size.taps, size.residual, size.residual_pad
    g, s, h_width = size.gate_pad, size.skip_pad, size.head_pad
    z_width, z_step = 2 * g, layers * 2 * g
    current, earlier, head = packed.current, packed.past, packed.head
    z_scale, past_scale, skip_scale = packed.current_scale, packed.past_scale, packed.skip_scale
    x_scale, x_bias, gate_bias = packed.residual_scale, packed.residual_bias, biases.gate
    h_scale, h_bias, o_scale, o_bias = (
        packed.head_scale, packed.head_bias, packed.output_scale, packed.output_bias
    )  # fmt: skip
    x = np.zeros(r, np.float32)
    staged = np.zeros(r, np.float32)
    skip = np.empty(s, np.float32)
    hidden = np.empty(h_width, np.float32)
    q = np.empty(max(max(r, s), h_width), packed.activation.dtype)
    h = np.empty(g, packed.activation.dtype)
    rows = np.empty(BLOCK * r, packed.activation.dtype)
    units = np.empty(BLOCK, np.float32)
    past = np.empty(BLOCK * layers * z_width, np.float32)
    weights = np.empty(LEVELS, np.int32)
    n = len(codes)
    for t in range(n):
        slot = t % BLOCK
        row = 0 if len(logits) == LEVELS else t * LEVELS
        copy(biases.skip, 0, skip, 0, s)
        copy(packed.embedding, previous * r, x, 0, r)
        unit = quantise(x, 0, q, 0, r)
        at = 0
        for layer in range(layers):
            dilation = packed.dilations[layer]
            start = packed.offsets[layer]
            length = packed.offsets[layer + 1] - start
            if slot % min(dilation, BLOCK) == 0:
                # The past's share of this sample and those after it: bias + W_prev x[t - d].
                ahead = min(min(dilation, BLOCK - slot), n - t)
                for tap in range(taps - 1):
                    # The oldest tap lies a whole ring back: in the very row that sample t will take.
                    first = clock + tap * dilation
                    for i in range(ahead):
                        source = (start + (first + i) % length) * width
                        if width == r:
                            units[i] = quantise(history, source, rows, i * r, r)
                        else:
                            copy(history, source, staged, 0, width)
                            units[i] = quantise(staged, 0, rows, i * r, r)
                        if units[i] != units[i]:
                            return t
                    u_at = (layer * (taps - 1) + tap) * z_width
                    to = (slot * layers + layer) * z_width
                    base, base_at, base_step = gate_bias, layer * z_width, 0
                    if tap > 0:
                        base, base_at, base_step = past, to, z_step
                    past_products(
                        earlier, u_at * r, rows, r, ahead, units, past_scale, u_at,
                        base, base_at, base_step, past, to, z_step, z_width,
                    )  # fmt: skip
            if unit != unit:
                return t
            copy(x, 0, history, (start + clock % length) * width, width)
            z_at, past_at = layer * z_width, (slot * layers + layer) * z_width
            gate_product(current, at, q, r, unit, z_scale, z_at, past, past_at, h, z_width)
            at += z_width * r
            if layer + 1 < layers:
                unit = residual_product(
                    current, at, h, g, x_scale, layer * r, x_bias, layer * r, size.residual_scale, x, q, r
                )
            at += r * g
            if len(logits):
                affine_product(current, at, h, g, ONE, skip_scale, layer * s, skip, 0, skip, 0, s)
            at += s * g
        if len(logits):
            rectify(skip, s)
            unit = quantise(skip, 0, q, 0, s)
            if unit != unit:
                return t
            affine_product(head, 0, q, s, unit, h_scale, 0, h_bias, 0, hidden, 0, h_width)
            rectify(hidden, h_width)
            unit = quantise(hidden, 0, q, 0, h_width)
            affine_product(head, h_width * s, q, h_width, unit, o_scale, 0, o_bias, 0, logits, row, LEVELS)
            if unit != unit or not _finite(logits, row):
                return t
        if not given:
            word = philox_word(seed, uint64(clock))
            codes[t] = draw(logits, row, temperature, top_k, top_p, word, weights)
        previous = np.int64(codes[t])
        clock += 1
    return n


@njit(nogil=True)
def _finite(logits: Any, at: Any) -> Any:
    finite = True
    for code in range(LEVELS):
        finite &= abs(logits[at + code]) < np.float32(np.inf)
    return finite
