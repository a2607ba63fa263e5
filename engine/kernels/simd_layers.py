"""A layer's matrix products with what is done to their sums, which thus never leave the registers."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.simd import F32, I16, I64, LANES, Pointer, Vector, arrays, operation, splat, steps
from engine.kernels.simd_products import Matrix, Use
from engine.kernels.simd_values import GATE_LEVELS, Peak, gated_unit, quantise_by_peak

ROWS = (4, 2, 1)
"""Rows that ``past_products`` takes at a time; what is left over goes by fewer."""


@operation
def gate_product(
    typingctx: Any,
    weights: Any,
    at: Any,
    q: Any,
    inputs: Any,
    unit: Any,
    scale: Any,
    scale_at: Any,
    past: Any,
    past_at: Any,
    h: Any,
    outputs: Any,
) -> Any:
    """Gated units of one sample: h from ``z = past + unit · scale · (weights · q)``.

    The ``outputs`` of weights, scale and past alternate, a vector of filter, a vector of gate. h is
    written as int16 in 1/32767ths, or as float32.
    """
    signature = types.void(
        weights, types.intp, q, types.intp, types.float32, scale, types.intp, past, types.intp, h, types.intp
    )

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        matrix, scales, earlier = arrays(context, builder, sig, args, 0, 5, 7)
        source, target = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (2, 9))
        factor = splat(builder, args[4])
        quantised = target.address.type.pointee == I16

        def use(_: int, first: ir.Value, sums: list[Vector]) -> None:
            half = target + builder.lshr(first, I64(1))
            z = [
                total.to_float().fma(
                    (scales + first + k * LANES).load() * factor, (earlier + first + k * LANES).load()
                )
                for k, total in enumerate(sums)
            ]
            for k in range(0, len(z) - 1, 2):  # a group of one vector never comes: outputs are pairs
                unit = gated_unit(z[k], z[k + 1], GATE_LEVELS if quantised else 1.0)
                (half + k // 2 * LANES).store(unit.rounded() if quantised else unit)

        Matrix(builder, matrix, args[3], args[10]).stream(source, use)
        return context.get_dummy_value()

    return signature, codegen


@operation
def residual_product(
    typingctx: Any,
    weights: Any,
    at: Any,
    h: Any,
    inputs: Any,
    scale: Any,
    scale_at: Any,
    bias: Any,
    bias_at: Any,
    factor: Any,
    x: Any,
    q: Any,
    outputs: Any,
) -> Any:
    """``x = (x + bias + scale · (weights · h)) · factor``, then quantised into q: returns as ``quantise``."""
    signature = types.float32(
        weights,
        types.intp,
        h,
        types.intp,
        scale,
        types.intp,
        bias,
        types.intp,
        types.float32,
        x,
        q,
        types.intp,
    )

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        matrix, scales, biases = arrays(context, builder, sig, args, 0, 4, 6)
        source, target, quantised = (
            Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (2, 9, 10)
        )
        factor, peak = splat(builder, args[8]), Peak(builder)

        def use(_: int, first: ir.Value, sums: list[Vector]) -> None:
            for k, total in enumerate(sums):
                i = builder.add(first, I64(k * LANES))
                step = total.to_float().fma((scales + i).load(), (biases + i).load())
                moved = ((target + i).load() + step) * factor
                (target + i).store(moved)
                peak.include(moved)

        Matrix(builder, matrix, args[3], args[11]).stream(source, use)
        return quantise_by_peak(builder, target, quantised, args[11], peak)

    return signature, codegen


@operation
def affine_product(
    typingctx: Any,
    weights: Any,
    at: Any,
    q: Any,
    inputs: Any,
    unit: Any,
    scale: Any,
    scale_at: Any,
    base: Any,
    base_at: Any,
    out: Any,
    out_at: Any,
    outputs: Any,
) -> Any:
    """``out = base + unit · scale · (weights · q)``, float32; base may be out."""
    signature = types.void(
        weights,
        types.intp,
        q,
        types.intp,
        types.float32,
        scale,
        types.intp,
        base,
        types.intp,
        out,
        types.intp,
        types.intp,
    )

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        matrix, scales, start, target = arrays(context, builder, sig, args, 0, 5, 7, 9)
        source = Pointer.to_array(context, builder, sig.args[2], args[2])
        factor = splat(builder, args[4])

        def use(_: int, first: ir.Value, sums: list[Vector]) -> None:
            for k, total in enumerate(sums):
                i = builder.add(first, I64(k * LANES))
                (target + i).store(total.to_float().fma((scales + i).load() * factor, (start + i).load()))

        Matrix(builder, matrix, args[3], args[11]).stream(source, use)
        return context.get_dummy_value()

    return signature, codegen


@operation
def past_products(
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
    """``affine_product`` for ``rows`` rows of q [rows, inputs], each in its own unit.

    Row r starts from base[base_at + r · base_step:] and goes to out[out_at + r · out_step:].
    """
    i = types.intp
    signature = types.void(weights, i, q, i, i, units, scale, i, base, i, i, out, i, i, i)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        packed, scales, start, target = arrays(context, builder, sig, args, 0, 6, 8, 11)
        source, unit = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (2, 5))
        inputs, rows, base_step, out_step = args[3], args[4], args[10], args[13]
        product = Matrix(builder, packed, inputs, args[14])

        def store(lines: list[ir.Value], factors: list[Vector]) -> Use:
            def use(r: int, first: ir.Value, sums: list[Vector]) -> None:
                begin = start + builder.mul(lines[r], base_step) + first
                end = target + builder.mul(lines[r], out_step) + first
                for k, total in enumerate(sums):
                    weight = (scales + first + k * LANES).load() * factors[r]
                    (end + k * LANES).store(total.to_float().fma(weight, (begin + k * LANES).load()))

            return use

        done = I64(0)
        for height in ROWS:
            stop = builder.and_(rows, I64(-height))
            with steps(builder, stop, height, done) as row:
                lines = [builder.add(row, I64(r)) for r in range(height)]
                factors = [(unit + line).splat(F32) for line in lines]
                sources = [source + builder.mul(line, inputs) for line in lines]
                product.block(sources, store(lines, factors))
            done = stop
        return context.get_dummy_value()

    return signature, codegen
