"""The local condition's share of every layer's sum in compiled code: projected once for what it bears on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from engine.kernels.jit import PART, njit_part
from engine.kernels.layout import BLOCK
from engine.kernels.matrices import Floats, Integers
from engine.kernels.scratch_pieces import filled, room
from engine.kernels.simd_layers import affine_products
from engine.kernels.simd_values import copy, mix_rows, quantise
from engine.kernels.word_types import known


class LocalWork(NamedTuple):
    """A call's scratch of the local condition; addresses."""

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


@njit_part
def new_local_work(call: Any, scratch: Any) -> Any:
    """Of ``scratch``; next to nothing for models that are not conditioned."""
    size, ends = call.size, call.ends
    rows = BLOCK + 1 if ends.local > 0 else 0
    return LocalWork(
        room(scratch, rows * ends.local_pad, call.stack.activation),
        room(scratch, rows, np.float32),
        room(scratch, rows * size.layers * size.z_pad, np.float32),
        filled(scratch, 1, np.int64, -1),
        filled(scratch, 1, np.int64, 0),
    )


@njit_part
def new_start(call: Any, scratch: Any) -> Any:
    """``Work.start`` of the main stack: its biases, or room for a row of each sample of a block."""
    size = call.size
    return (
        room(scratch, BLOCK * size.layers * size.z_pad, np.float32) if call.local.given else call.biases.gate
    )


def project_local(call: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any) -> Any:
    """For compiled code: ``project_rows``, or nothing at all if it is known that there is no condition."""
    raise NotImplementedError


@overload(project_local, jit_options=PART)
def _project_local(
    call: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any
) -> Callable[..., Any]:
    def nothing(call: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any) -> Any:
        return True

    def rows(call: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any) -> Any:
        return project_rows(call, local_work, start, t, slot, ahead)

    return nothing if known(call.parts["ends"], "local") == 0 else rows


@njit_part
def project_rows(call: Any, local_work: Any, start: Any, t: Any, slot: Any, ahead: Any) -> Any:
    """Fill ``start`` with bias + V_l c of ``ahead`` samples from ``t`` on, the first in ``slot``.

    A row of the condition is projected once for all samples of the block that it bears on; one that alone
    bears on a whole block is not projected again for the next, and all its samples start from it.
    Sets local_work.step. Returns False on NaN or infinity.
    """
    size, local = call.size, call.local
    z_step = size.layers * size.z_pad
    first, last = local.row_of[t], local.row_of[t + ahead - 1]
    mixed = False
    for i in range(ahead):
        mixed |= local.mix[t + i] != 0.0
    if first == last and not mixed:
        if first != local_work.known[0] and not _project(call, local_work, first, 1, start):
            return False
        local_work.known[0], local_work.step[0] = first, 0
        return True
    local_work.known[0], local_work.step[0] = -1, z_step
    count = last - first + 1
    for i in range(ahead):
        if local.mix[t + i] > 0.0:
            count = max(count, local.row_of[t + i] - first + 2)
    if not _project(call, local_work, first, count, local_work.projected):
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


@njit_part
def _project(call: Any, local_work: Any, first: Any, count: Any, out: Any) -> Any:
    """``count`` rows of the condition from ``first`` on, projected to ``out``. False on NaN or infinity."""
    weights, width, size, local = call.weights, call.ends.local_pad, call.size, call.local
    z_step = size.layers * size.z_pad
    for row in range(count):
        local_work.units[row] = quantise(local.rows, (first + row) * width, local_work.q, row * width, width)
        if local_work.units[row] != local_work.units[row]:
            return False
    affine_products(
        weights.local, 0, local_work.q, width, count, local_work.units, weights.local_scale, 0,
        call.biases.gate, 0, 0, out, 0, z_step, z_step,
    )  # fmt: skip
    return True
