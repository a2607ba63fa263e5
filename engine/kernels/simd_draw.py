"""What drawing from a softmax does to vectors: exponentials as integers, whose sums are exact."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from engine.kernels.processor import LANES
from engine.kernels.simd import (
    I64,
    ROUNDER,
    ROUNDER_BITS,
    Pointer,
    Vector,
    operation,
    splat,
    steps,
)

LOG2_E = 1.4426950408889634
EXP2 = (1.0, 0.693147, 0.24022242, 0.05550734, 0.009671523, 0.0013264713)
"""2^f for f in ±1/2, exactly 1 at 0: polynomial of least greatest relative error, 9e-8."""
VANISHING = -40.0
"""A power of two that an integer weight cannot tell from 0."""
WHOLE = 2**30
"""The integer weight of the most probable value."""
RUN = 16
"""Weights that ``run_sums`` sums at a time."""


def exp2(x: Vector) -> Vector:
    """2^x for -126 < x < 126, relative error below 4e-7."""
    shifted = x + ROUNDER
    f = x - (shifted - ROUNDER)
    # Estrin's scheme: half as long a chain of operations as Horner's.
    c, square = [f.like(coefficient) for coefficient in EXP2], f * f
    low, middle, high = f.fma(c[1], c[0]), f.fma(c[3], c[2]), f.fma(c[5], c[4])
    series = square.fma(square.fma(high, middle), low)
    return series * ((shifted.bits() + (127 - ROUNDER_BITS)) << 23).from_bits()


@operation
def exponentials(typingctx: Any, logits: Any, at: Any, temperature: Any, weights: Any, width: Any) -> Any:
    """``weights[i] = 2^30 · e^((logits[at + i] - peak) / temperature)`` as int32, rounded.

    ``peak`` is the largest logit. Integers, so that sums over them are exact in any order.
    """
    signature = types.void(logits, types.intp, types.float32, weights, types.intp)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        source = Pointer.to_array(context, builder, sig.args[0], args[0]) + args[1]
        target = Pointer.to_array(context, builder, sig.args[3], args[3])
        cell = cgutils.alloca_once_value(builder, source.load().value)
        with steps(builder, args[4], LANES) as i:
            builder.store(Vector(builder, builder.load(cell)).maximum((source + i).load()).value, cell)
        peak = splat(builder, Vector(builder, builder.load(cell)).reduce("fmax"))
        temperature = splat(builder, args[2])
        with steps(builder, args[4], LANES) as i:
            below = (((source + i).load() - peak) / temperature) * LOG2_E
            (target + i).store((exp2(below.maximum(VANISHING)) * float(WHOLE) + 0.5).to_int())
        return context.get_dummy_value()

    return signature, codegen


@operation
def reach(typingctx: Any, weights: Any, threshold: Any, width: Any) -> Any:
    """(number, sum) as int64 of those ``weights``, int32 in 0…2^30, that are ``threshold`` or more."""
    signature = types.UniTuple(types.int64, 2)(weights, types.int32, types.intp)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        source = Pointer.to_array(context, builder, sig.args[0], args[0])
        limit = splat(builder, args[1])
        zero = ir.Constant(limit.value.type, None)
        # Sums of 15-bit halves fit the lanes.
        cells = [cgutils.alloca_once_value(builder, zero) for _ in range(3)]
        with steps(builder, args[2], LANES) as i:
            weight = (source + i).load()
            kept = builder.icmp_signed(">=", weight.value, limit.value)
            one = builder.zext(kept, zero.type)
            value = builder.select(kept, weight.value, zero)
            low = builder.and_(value, weight.like(0x7FFF).value)
            high = builder.lshr(value, weight.like(15).value)
            for cell, part in zip(cells, (one, low, high), strict=True):
                builder.store(builder.add(builder.load(cell), part), cell)
        count, low, high = (
            builder.zext(Vector(builder, builder.load(cell)).reduce("add"), I64) for cell in cells
        )
        total = builder.add(builder.shl(high, I64(15)), low)
        return context.make_tuple(builder, sig.return_type, (count, total))

    return signature, codegen


@operation
def run_sums(typingctx: Any, weights: Any, sums: Any, width: Any) -> Any:
    """``sums[i]``, int64, of the RUN ``weights`` from number i · RUN on, int32 in 0…2^30."""
    signature = types.void(weights, sums, types.intp)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        source, target = (Pointer.to_array(context, builder, sig.args[k], args[k]) for k in (0, 1))
        halves = ir.VectorType(I64, RUN // 2)
        add = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(I64, [halves]), f"llvm.vector.reduce.add.v{RUN // 2}i64"
        )
        with steps(builder, args[2], RUN) as i:
            pairs = builder.bitcast((source + i).load(RUN).value, halves)
            low = builder.and_(pairs, ir.Constant(halves, [0xFFFFFFFF] * (RUN // 2)))
            high = builder.lshr(pairs, ir.Constant(halves, [32] * (RUN // 2)))
            total = builder.call(add, [builder.add(low, high)])
            (target + builder.lshr(i, I64(4))).store_scalar(total)
        return context.get_dummy_value()

    return signature, codegen
