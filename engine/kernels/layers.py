"""A stack of layers in compiled code, sample by sample (equation 2): the main one or a context stack.

W_prev x[t - d] does not wait for the current sample, so it is computed for up to BLOCK samples at once.
Several streams go through in one pass, weights read once for all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.jit import njit_inlined, njit_part
from engine.kernels.layout import BLOCK
from engine.kernels.matrices import Floats, Integers
from engine.kernels.scratch_pieces import filled, room
from engine.kernels.simd_layers import affine_products, gate_products, residual_products
from engine.kernels.simd_values import copy, prefetch_row
from engine.kernels.word_types import behind

PREFETCHED = 4
"""Rows ahead of its place that a ring with spare rows is asked for: they have left every cache meanwhile."""


class Work(NamedTuple):
    """A call's scratch of a stack's layers; addresses. Rows of activations are padded."""

    x: Floats
    """[streams, residual_pad]: the input of the layer whose turn it is."""
    q: NDArray[Any]
    """[streams, …]: what enters the next product, quantised …"""
    units: Floats
    """… and [streams] what one of it stands for; NaN where a value was NaN or infinite."""
    ones: Floats
    """[streams]."""
    h: NDArray[Any]
    """[streams, layers of a group, gate_pad]: gated outputs whose skip connections are one product."""
    skip: Floats
    """[streams, skip_pad]: the skip sum."""
    start: Floats
    """[1 or BLOCK, layers, 2 gate_pad]: biases plus the local condition's share: what ``past`` adds to."""
    past: Floats
    """[BLOCK, streams, layers, 2 gate_pad]: start + W_prev x[t - d] of the samples ahead."""
    places: Integers
    """[layers]: where in its ring each layer's next input goes. Counted: divisions are slow."""
    due: Integers
    """[layers]: the slot of the block at which a layer's past is to be computed next."""


class Moment(NamedTuple):
    """Which sample is made."""

    slot: int
    """Its place in its block, 0…BLOCK - 1."""
    left: int
    """Samples of the call from it on."""
    start_step: int
    """From one sample's row of ``Work.start`` to the next; 0 where one row does for all."""


@njit_part
def new_work(layers: Any, spare: Any, widest: Any, position: Any, start: Any, scratch: Any) -> Any:
    """For streams at ``position`` with ``spare`` rows a ring, of ``scratch``. ``widest``: a row of q."""
    stack, size, n = layers.stack, layers.size, layers.size.streams
    r, z_step = size.residual_pad, size.layers * size.z_pad
    places, kind = room(scratch, size.layers, np.int64), stack.activation
    for layer in range(size.layers):
        places[layer] = position % (stack.offsets[layer + 1] - stack.offsets[layer] + spare)
    return Work(
        filled(scratch, n * r, np.float32, 0.0),
        room(scratch, n * widest, kind),
        room(scratch, n, np.float32),
        filled(scratch, n, np.float32, 1.0),
        room(scratch, n * size.skip_layers * size.gate_pad, kind),
        room(scratch, n * size.skip_pad, np.float32),
        start,
        room(scratch, BLOCK * n * z_step, np.float32),
        places,
        filled(scratch, size.layers, np.int64, position % BLOCK),
    )


@njit_inlined
def run_layers(layers: Any, streams: Any, work: Any, moment: Any, skipping: Any) -> Any:
    """One sample through all layers: from work.x, quantised into q already, to the sum in work.skip.

    Without ``skipping`` the sum is left out. Returns False where an activation was NaN or infinite.
    """
    size = layers.size
    first = 0
    while first < size.layers:
        count = min(size.skip_layers, size.layers - first)
        for member in range(count):
            if not layer(layers, streams, work, moment, first + member, member, count):
                return False
        if skipping:
            _skip(layers, work, first, count)
        first += count
    return True


@njit_inlined
def layer(layers: Any, streams: Any, work: Any, moment: Any, index: Any, member: Any, count: Any) -> Any:
    """One sample through layer ``index``, which is one of a group of ``count`` that are skipped together."""
    if moment.slot == 0 or moment.slot == work.due[index]:
        _past(layers, streams, work, moment, index)
    if not _remember(layers, streams, work, index):
        return False
    _gate(layers, work, moment, index, member, count)
    if index + 1 < layers.size.layers:
        _residual(layers, work, index, member, count)
    return True


@njit_part
def _past(layers: Any, streams: Any, work: Any, moment: Any, index: Any) -> None:
    """The past's share of this sample and those after it: start + W_prev x[t - d]."""
    size, stack, n = layers.size, layers.stack, layers.size.streams
    dilation = stack.dilations[index]
    stride = min(dilation, BLOCK)
    # Blocks end where sample numbers are multiples of the dilation: there rings of one dilation go round.
    until = moment.slot - moment.slot % stride + stride
    work.due[index] = until
    ahead = min(min(until, BLOCK) - moment.slot, moment.left)
    ring, length = _ring(stack, streams, index)
    for tap in range(size.taps - 1):
        # Without spare rows the oldest tap lies a whole ring back: in the very row that this sample takes.
        place = (work.places[index] + streams.spare + tap * dilation) % length
        # Streams start from the same row: where samples do not, the rows of one are made at a time.
        most = 1 if tap == 0 and n > 1 and moment.start_step > 0 else BLOCK
        done = 0
        while done < ahead:
            samples = min(min(ahead - done, length - place), most)
            _past_rows(layers, streams, work, moment, index, tap, done, ring + place, samples)
            done += samples
            place = place + samples if place + samples < length else 0


@njit_inlined
def _past_rows(
    layers: Any,
    streams: Any,
    work: Any,
    moment: Any,
    index: Any,
    tap: Any,
    done: Any,
    row: Any,
    samples: Any,
) -> None:
    """The share of one tap, in ``samples`` samples from ``moment`` + ``done`` on: rows from ``row`` on."""
    size, n, r, z_width = layers.size, layers.size.streams, layers.size.residual_pad, layers.size.z_pad
    z_step = size.layers * z_width
    scale_at = (index * (size.taps - 1) + tap) * z_width
    to = (moment.slot + done) * n * z_step + index * z_width
    start, start_at, start_step = work.past, to, z_step
    if tap == 0:
        start, start_at = work.start, (moment.slot + done) * moment.start_step + index * z_width
        start_step = 0 if n > 1 else moment.start_step
    affine_products(
        layers.stack.past, scale_at * r, behind(streams.rows, row * n * r), r, samples * n,
        behind(streams.units, row * n), layers.stack.past_scale, scale_at,
        start, start_at, start_step, work.past, to, z_step, z_width,
    )  # fmt: skip


@njit_inlined
def _ring(stack: Any, streams: Any, index: Any) -> Any:
    """(first row, rows) of a layer's ring."""
    start, stop = stack.offsets[index], stack.offsets[index + 1]
    return start + index * streams.spare, stop - start + streams.spare


@njit_inlined
def _remember(layers: Any, streams: Any, work: Any, index: Any) -> Any:
    """Every stream's input of a layer goes into its ring. False where one is NaN or infinite."""
    n, r = layers.size.streams, layers.size.residual_pad
    (start, length), place = _ring(layers.stack, streams, index), work.places[index]
    work.places[index] = place + 1 if place + 1 < length else 0
    for stream in range(n):
        if work.units[stream] != work.units[stream]:
            return False
        target = (start + place) * n + stream
        copy(work.q, stream * r, streams.rows, target * r, r)
        streams.units[target] = work.units[stream]
        if streams.spare:
            prefetch_row(streams.rows, (target + PREFETCHED * n) * r, r)
    return True


@njit_inlined
def _gate(layers: Any, work: Any, moment: Any, index: Any, member: Any, count: Any) -> None:
    """``h = tanh(z_filter) · sigmoid(z_gate)`` of ``z = past + W_cur x``."""
    size, stack, streams = layers.size, layers.stack, layers.size.streams
    r, g, z_width = size.residual_pad, size.gate_pad, size.z_pad
    z_step = size.layers * z_width
    at, scale_at = index * (z_width * r + r * g), index * z_width
    gate_products(
        stack.current, at, work.q, r, streams, work.units, stack.current_scale, scale_at,
        work.past, moment.slot * streams * z_step + scale_at, z_step,
        work.h, member * g, count * g, z_width,
    )  # fmt: skip


@njit_inlined
def _residual(layers: Any, work: Any, index: Any, member: Any, count: Any) -> None:
    """``x = (x + W_res h + b) · factor``, quantised: the next layer's input."""
    size, stack, streams = layers.size, layers.stack, layers.size.streams
    r, g = size.residual_pad, size.gate_pad
    residual_products(
        stack.current, index * (2 * g * r + r * g) + 2 * g * r, work.h, member * g, count * g, g, streams,
        stack.residual_scale, index * r, stack.residual_bias, index * r, size.residual_scale,
        work.x, work.q, work.units, r,
    )  # fmt: skip


@njit_inlined
def _skip(layers: Any, work: Any, first: Any, count: Any) -> None:
    """``skip += W_skip h`` of the group of ``count`` layers from ``first`` on."""
    size, stack, streams = layers.size, layers.stack, layers.size.streams
    s, g = size.skip_pad, size.gate_pad
    affine_products(
        stack.skip, first * s * g, work.h, count * g, streams, work.ones, stack.skip_scale,
        first // size.skip_layers * s, work.skip, 0, s, work.skip, 0, s, s,
    )  # fmt: skip
