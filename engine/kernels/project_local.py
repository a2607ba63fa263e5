"""The local condition's share of every layer's sum in compiled code: projected once for what it bears on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.kernels.layers import BLOCK
from engine.kernels.matrices import Floats, Integers
from engine.kernels.scratch import filled, room
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import copy, mix_rows, quantise


class LocalWork(NamedTuple):
    """A call's scratch of the local condition; flat arrays."""

    q: NDArray[Any]
    """[BLOCK + 1, local_pad]: rows of the condition, quantised …"""
    units: Floats
    """… and [BLOCK + 1] what one of them stands for."""
    projected: Floats
    """[BLOCK + 1, layers, 2 gate_pad]: bias + V_l c of those rows."""
    known: Integers
    """[1]: the row that ``start`` holds alone; -1 for none."""
    step: Integers
    """[1]: from one sample's row of ``start`` to the next; 0 where one row does for all."""


@njit(nogil=True)
def new_local_work(model: Any, conditioned: Any, scratch: Any) -> Any:
    """Of ``scratch``; next to nothing for models that are not conditioned."""
    size, rows = model.layers.size, BLOCK + 1 if conditioned else 0
    return LocalWork(
        room(scratch, rows * model.ends.local_pad, model.layers.stack.activation.dtype),
        room(scratch, rows, np.float32),
        room(scratch, rows * size.layers * 2 * size.gate_pad, np.float32),
        filled(scratch, 1, np.int64, -1),
        filled(scratch, 1, np.int64, 0),
    )


@njit(nogil=True)
def new_start(model: Any, conditioned: Any, scratch: Any) -> Any:
    """``Work.start`` of the main stack: its biases, or room for a row of each sample of a block."""
    size = model.layers.size
    return (
        room(scratch, BLOCK * size.layers * 2 * size.gate_pad, np.float32)
        if conditioned
        else model.layers.biases.gate
    )


@njit(nogil=True)
def project_local(model: Any, local: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any) -> Any:
    """Fill ``start`` with bias + V_l c of ``ahead`` samples from ``t`` on, the first in ``slot``.

    A row of the condition is projected once for all samples of the block that it bears on; one that alone
    bears on a whole block is not projected again for the next, and all its samples start from it.
    Sets local_work.step. Returns False on NaN or infinity.
    """
    size = model.layers.size
    z_step = size.layers * 2 * size.gate_pad
    first, last = local.row_of[t], local.row_of[t + ahead - 1]
    mixed = False
    for i in range(ahead):
        mixed |= local.mix[t + i] != 0.0
    if first == last and not mixed:
        if first != local_work.known[0] and not _project(model, local, local_work, first, 1, start):
            return False
        local_work.known[0], local_work.step[0] = first, 0
        return True
    local_work.known[0], local_work.step[0] = -1, z_step
    count = last - first + 1
    for i in range(ahead):
        if local.mix[t + i] > 0.0:
            count = max(count, local.row_of[t + i] - first + 2)
    if not _project(model, local, local_work, first, count, local_work.projected):
        return False
    for i in range(ahead):
        row, share = (local.row_of[t + i] - first) * z_step, local.mix[t + i]
        if share == 0.0:
            copy(local_work.projected, row, start, (slot + i) * z_step, z_step)
        else:
            mix_rows(
                local_work.projected,
                row,
                local_work.projected,
                row + z_step,
                share,
                start,
                (slot + i) * z_step,
                z_step,
            )
    return True


@njit(nogil=True)
def _project(model: Any, local: Any, local_work: Any, first: Any, count: Any, out: Any) -> Any:
    """``count`` rows of the condition from ``first`` on, projected to ``out``. False on NaN or infinity."""
    weights, width, size = model.weights, model.ends.local_pad, model.layers.size
    z_step = size.layers * 2 * size.gate_pad
    for row in range(count):
        local_work.units[row] = quantise(local.rows, (first + row) * width, local_work.q, row * width, width)
        if local_work.units[row] != local_work.units[row]:
            return False
    affine_products(
        weights.local, 0, local_work.q, width, count, local_work.units, weights.local_scale, 0,
        model.layers.biases.gate, 0, 0, out, 0, z_step, z_step,
    )  # fmt: skip
    return True
