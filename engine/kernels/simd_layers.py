"""A layer's matrix products with what is done to their sums, which thus never leave the registers.

Every product takes several rows (streams, or moments of one) and reads each weight once for up to four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.matrices import GATE_LEVELS, GROUP
from engine.kernels.processor import LANES
from engine.kernels.simd import (
    F32,
    I64,
    Count,
    Pointer,
    Vector,
    arrays,
    count,
    count_type,
    index,
    operation,
    shared,
    splat,
    steps,
)
from engine.kernels.simd_products import Matrix
from engine.kernels.simd_values import Peak, Source, gated_unit, quantise_by_peak
from engine.kernels.simd_x86 import PACKS, fence, pack16

HEIGHTS = (4, 2, 1)
"""Rows taken at a time; what is left over goes by fewer."""


def batches(builder: ir.IRBuilder, rows: Count) -> Iterator[list[ir.Value]]:
    """Runs the caller's body for every batch of ``rows``: the indices of its rows."""
    if rows == 1:
        yield [I64(0)]
        return
    rows, done = index(rows), I64(0)
    for height in HEIGHTS:
        stop = builder.and_(rows, I64(-height))
        with steps(builder, stop, height, done) as row:
            yield [builder.add(row, I64(r)) for r in range(height)]
        done = stop


def _emitter(codegen: Callable[..., ir.Value], name: str, sizes: list[Any]) -> Callable[..., ir.Value]:
    """``codegen`` itself where it is short, as the widths are known; else calls of one function."""
    inputs, _, outputs = sizes
    known = all(isinstance(size, types.IntegerLiteral) for size in (inputs, outputs))
    return codegen if known else shared(codegen, name)


@operation
def gate_products(
    typingctx: Any,
    weights: Any,
    at: Any,
    q: Any,
    inputs: Any,
    rows: Any,
    units: Any,
    scale: Any,
    scale_at: Any,
    past: Any,
    past_at: Any,
    past_step: Any,
    h: Any,
    h_at: Any,
    h_step: Any,
    outputs: Any,
) -> Any:
    """Gated units of ``rows`` rows of q [rows, inputs]: h from ``z = past + unit · scale · (weights · q)``.

    Row r has units[r], past[past_at + r · past_step:] and h[h_at + r · h_step:]. The ``outputs`` of
    weights, scale and past alternate, a vector of filter, a vector of gate. h gets outputs / 2 numbers a
    row, as int16 in 1/32767ths or as float32. What past holds is of no use afterwards.
    """
    i = types.intp
    sizes = [count_type(size) for size in (inputs, rows, outputs)]
    signature = types.void(weights, i, q, *sizes[:2], units, scale, i, past, i, i, h, i, i, sizes[2])

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        matrix, scales, earlier, target = arrays(context, builder, sig, args, 0, 6, 8, 11)
        source, unit = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (2, 5))
        past_step, h_step = args[10], args[13]
        inputs, rows, outputs = (count(sig.args[k], args[k]) for k in (3, 4, 14))
        product = Matrix(builder, matrix, inputs, outputs)

        for lines in batches(builder, rows):
            factors = [(unit + line).splat(F32) for line in lines]

            def use(
                r: int, first: ir.Value, sums: list[Vector], lines: Any = lines, f: Any = factors
            ) -> None:
                begin = earlier + builder.mul(lines[r], past_step) + first
                end = target + builder.mul(lines[r], h_step) + builder.lshr(first, I64(1))
                z = [
                    total.to_float().fma(
                        (scales + first + k * LANES).load() * f[r], (begin + k * LANES).load()
                    )
                    for k, total in enumerate(sums)
                ]
                # With one group a layer waits for the last of it: what is in registers stays there.
                _store_gated(z, begin, end, apart=not isinstance(outputs, int) or outputs > GROUP * LANES)

            product.sums([source + builder.mul(line, index(inputs)) for line in lines], use)
        return context.get_dummy_value()

    return signature, _emitter(codegen, "gate_products", sizes)


def _store_gated(z: list[Vector], scratch: Pointer, h: Pointer, *, apart: bool) -> None:
    """Gated units of ``z``, a vector of filter, one of gate in turn: h is of int16 in 1/32767ths or float32.

    ``apart``: z goes to ``scratch`` and comes back as registers are free for it.
    """
    # A group of one vector never comes: outputs are pairs.
    pairs = range(0, len(z) - 1, 2)
    if h.address.type.pointee == F32:
        for k in pairs:
            (h + k // 2 * LANES).store(gated_unit(z[k], z[k + 1], 1.0))
        return
    if not (PACKS and len(z) % 4 == 0):
        for k in pairs:
            (h + k // 2 * LANES).store(gated_unit(z[k], z[k + 1], GATE_LEVELS).rounded())
        return
    if apart:
        for k, vector in enumerate(z):
            (scratch + k * LANES).store(vector)
    for k in range(0, len(z), 4):
        four = z[k : k + 4]
        if apart:
            fence(scratch.builder)
            four = [(scratch + (k + j) * LANES).load() for j in range(4)]
        low, high = (gated_unit(four[j], four[j + 1], GATE_LEVELS) for j in (0, 2))
        (h + k // 2 * LANES).store(pack16(low, high))


@operation
def residual_products(
    typingctx: Any,
    weights: Any,
    at: Any,
    h: Any,
    h_at: Any,
    h_step: Any,
    inputs: Any,
    rows: Any,
    scale: Any,
    scale_at: Any,
    bias: Any,
    bias_at: Any,
    factor: Any,
    x: Any,
    q: Any,
    units: Any,
    outputs: Any,
) -> Any:
    """``x = (x + bias + scale · (weights · h)) · factor`` for each row, then quantised into q and units.

    Row r reads h[h_at + r · h_step:], ``inputs`` numbers; x and q are [rows, outputs]; units [rows] gets
    what ``simd_values.quantise`` returns.
    """
    i = types.intp
    sizes = [count_type(size) for size in (inputs, rows, outputs)]
    signature = types.void(
        weights, i, h, i, i, *sizes[:2], scale, i, bias, i, types.float32, x, q, units, sizes[2]
    )

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        matrix, source, scales, biases = arrays(context, builder, sig, args, 0, 2, 7, 9)
        target, quantised, units = (
            Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (12, 13, 14)
        )
        h_step = args[4]
        inputs, rows, outputs = (count(sig.args[k], args[k]) for k in (5, 6, 15))
        factor = splat(builder, args[11])
        product = Matrix(builder, matrix, inputs, outputs)

        for lines in batches(builder, rows):
            peaks: list[Peak] = [Peak(builder) for _ in lines]
            values: list[list[Vector]] = [[] for _ in lines]
            moved = [target + builder.mul(line, index(outputs)) for line in lines]

            def use(
                r: int,
                first: ir.Value,
                sums: list[Vector],
                moved: Any = moved,
                peaks: Any = peaks,
                values: Any = values,
            ) -> None:
                for k, total in enumerate(sums):
                    place = builder.add(first, I64(k * LANES))
                    step = total.to_float().fma((scales + place).load(), (biases + place).load())
                    value = ((moved[r] + place).load() + step) * factor
                    (moved[r] + place).store(value)
                    peaks[r].include(value)
                    values[r].append(value)

            product.sums([source + builder.mul(line, h_step) for line in lines], use)
            for line, row, peak, held in zip(lines, moved, peaks, values, strict=True):
                to = quantised + builder.mul(line, index(outputs))
                # Values of few outputs are in registers still.
                near = len(held) <= GROUP and outputs == len(held) * LANES
                values_of = Source(row, outputs, tuple(held) if near else ())
                unit = quantise_by_peak(builder, values_of, to, peak)
                (units + line).store_scalar(unit)
        return context.get_dummy_value()

    return signature, _emitter(codegen, "residual_products", sizes)


@operation
def affine_products(
    typingctx: Any,
    weights: Any,
    at: Any,
    q: Any,
    inputs: Any,
    rows: Any,
    units: Any,
    scale: Any,
    scale_at: Any,
    base: Any,
    base_at: Any,
    base_step: Any,
    out: Any,
    out_at: Any,
    out_step: Any,
    outputs: Any,
) -> Any:
    """``out = base + unit · scale · (weights · q)``, float32, for ``rows`` rows of q [rows, inputs].

    Row r has units[r], starts from base[base_at + r · base_step:] and goes to
    out[out_at + r · out_step:]; base may be out.
    """
    i = types.intp
    sizes = [count_type(size) for size in (inputs, rows, outputs)]
    signature = types.void(weights, i, q, *sizes[:2], units, scale, i, base, i, i, out, i, i, sizes[2])

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        packed, scales, start, target = arrays(context, builder, sig, args, 0, 6, 8, 11)
        source, unit = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (2, 5))
        base_step, out_step = args[10], args[13]
        inputs, rows, outputs = (count(sig.args[k], args[k]) for k in (3, 4, 14))
        product = Matrix(builder, packed, inputs, outputs)

        for lines in batches(builder, rows):
            factors = [(unit + line).splat(F32) for line in lines]

            def use(
                r: int, first: ir.Value, sums: list[Vector], lines: Any = lines, f: Any = factors
            ) -> None:
                begin = start + builder.mul(lines[r], base_step) + first
                end = target + builder.mul(lines[r], out_step) + first
                for k, total in enumerate(sums):
                    weight = (scales + first + k * LANES).load() * f[r]
                    (end + k * LANES).store(total.to_float().fma(weight, (begin + k * LANES).load()))

            product.sums([source + builder.mul(line, index(inputs)) for line in lines], use)
        return context.get_dummy_value()

    return signature, _emitter(codegen, "affine_products", sizes)
