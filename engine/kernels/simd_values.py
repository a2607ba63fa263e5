"""What happens to vectors of values: quantising, rectifying, exponentials, the gate's nonlinearity.

Activations enter integer products as int16 with one scale a vector; in float32 models they pass as they are.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from engine.kernels.simd import (
    F32,
    I32,
    I64,
    LANES,
    ROUNDER,
    ROUNDER_BITS,
    Count,
    Pointer,
    Vector,
    arrays,
    count,
    count_type,
    index,
    operation,
    splat,
    steps,
)

GATE_LEVELS = 32767.0
"""Gated outputs lie in ±1 and are held in 1/32767ths."""
FLAT = 7.0
"""tanh is taken as flat beyond: it is within 2e-6 of 1."""
TANH_P = (0.9999957, 0.12302184, 0.00227699, 3.930018e-06)
TANH_Q = (1.0, 0.45634034, 0.021072187, 0.00014235098)
"""tanh x = x p(x²) / q(x²) within ±FLAT: fitted to the least greatest error."""
LOG2_E = 1.4426950408889634
EXP2 = (1.0, 0.693147, 0.24022242, 0.05550734, 0.009671523, 0.0013264713)
"""2^f for f in ±1/2, exactly 1 at 0: polynomial of least greatest relative error, 9e-8."""
VANISHING = -40.0
"""A power of two that an integer weight cannot tell from 0."""
WHOLE = 2**30
"""The integer weight of the most probable value."""
EXPONENT = 0x7F800000
TOO_LARGE = (96 + 127) << 23
"""Beyond 2^96 a sum of products with float16 weights could overflow."""
SMALLEST_EXPONENT = 32 << 23
"""A vector whose peak is below 2^-95 is quantised as if it were 2^-95: its inverse stays finite."""


def gated_unit(a: Vector, half_b: Vector, level: float) -> Vector:
    """``level`` · tanh(a) · sigmoid(2 half_b) (equation 2), within 3e-6 of ``level``.

    With tanh = p / q and sigmoid(b) = (1 + tanh(b / 2)) / 2 it is one division. NaN stays NaN.
    """
    p, q = _tanh(a)
    r, s = _tanh(half_b)
    return (p * (r + s)) / (q * s) * (level / 2.0)


def _tanh(x: Vector) -> tuple[Vector, Vector]:
    """tanh(x) as numerator and denominator."""
    x = x.minimum(FLAT).maximum(-FLAT)
    square = x * x
    p, q = x.like(TANH_P[-1]), x.like(TANH_Q[-1])
    for above, below in zip(TANH_P[-2::-1], TANH_Q[-2::-1], strict=True):
        p, q = p.fma(square, above), q.fma(square, below)
    return x * p, q


def exp2(x: Vector) -> Vector:
    """2^x for -126 < x < 126, relative error below 4e-7."""
    shifted = x + ROUNDER
    f = x - (shifted - ROUNDER)
    # Estrin's scheme: half as long a chain of operations as Horner's.
    c, square = [f.like(coefficient) for coefficient in EXP2], f * f
    low, middle, high = f.fma(c[1], c[0]), f.fma(c[3], c[2]), f.fma(c[5], c[4])
    series = square.fma(square.fma(high, middle), low)
    return series * ((shifted.bits() + (127 - ROUNDER_BITS)) << 23).from_bits()


class Peak:
    """The largest |x| so far, as a bit pattern: infinity and NaN are above all."""

    def __init__(self, builder: ir.IRBuilder) -> None:
        self.builder = builder
        self.cell = cgutils.alloca_once_value(builder, ir.Constant(ir.VectorType(I32, LANES), None))

    def include(self, x: Vector) -> None:
        """Take a vector of x into account."""
        so_far = Vector(self.builder, self.builder.load(self.cell))
        self.builder.store(so_far.maximum(x.bits() & 0x7FFFFFFF).value, self.cell)

    def bits(self) -> ir.Value:
        """The pattern, a scalar i32."""
        return Vector(self.builder, self.builder.load(self.cell)).reduce("smax")


def quantise_by_peak(
    builder: ir.IRBuilder, source: Pointer, target: Pointer, width: Count, peak: Peak
) -> ir.Value:
    """Emits what ``quantise`` does once the peak is known."""
    exponent = builder.and_(peak.bits(), I32(EXPONENT))
    finite = builder.icmp_signed("<", exponent, I32(TOO_LARGE))
    nan = ir.Constant(F32, float("nan"))
    if target.address.type.pointee == F32:
        with steps(builder, width, LANES) as at:
            (target + at).store((source + at).load())
        return builder.select(finite, ir.Constant(F32, 1.0), nan)
    small = builder.icmp_signed("<", exponent, I32(SMALLEST_EXPONENT))
    exponent = builder.select(small, I32(SMALLEST_EXPONENT), exponent)
    up = builder.bitcast(builder.sub(I32((127 + 14 + 127) << 23), exponent), F32)
    unit = builder.bitcast(builder.sub(exponent, I32(14 << 23)), F32)
    factor = splat(builder, up)
    with steps(builder, width, LANES) as at:
        (target + at).store(((source + at).load() * factor).rounded().minimum(32767))
    return builder.select(finite, unit, nan)


@operation
def quantise(typingctx: Any, x: Any, x_at: Any, q: Any, q_at: Any, width: Any) -> Any:
    """Write x[x_at:] to q[q_at:] and return the float32 that a unit of q stands for.

    Into int16: by the power of two that takes the peak of |x| to 2^14…2^15. Into float32: as it is,
    in units of 1. Returns NaN where an x is NaN, infinite or beyond 2^96.
    """
    signature = types.float32(x, types.intp, q, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        source, target = arrays(context, builder, sig, args, 0, 2)
        peak, width = Peak(builder), count(sig.args[4], args[4])
        with steps(builder, width, LANES) as at:
            peak.include((source + at).load())
        return quantise_by_peak(builder, source, target, width, peak)

    return signature, codegen


@operation
def copy(typingctx: Any, source: Any, source_at: Any, target: Any, target_at: Any, width: Any) -> Any:
    """``target[target_at:] = source[source_at:]`` for ``width`` elements, any number."""
    signature = types.void(source, types.intp, target, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        start, target = arrays(context, builder, sig, args, 0, 2)
        width = index(count(sig.args[4], args[4]))
        whole = builder.and_(width, I64(-LANES))
        with steps(builder, whole, LANES) as at:
            (target + at).store((start + at).load())
        with steps(builder, width, 1, whole) as at:
            (target + at).store((start + at).load(1))
        return context.get_dummy_value()

    return signature, codegen


@operation
def rectify(typingctx: Any, x: Any, x_at: Any, width: Any) -> Any:
    """``x[x_at + i] = max(x[x_at + i], 0)``; NaN stays."""
    signature = types.void(x, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        (source,) = arrays(context, builder, sig, args, 0)
        with steps(builder, count(sig.args[2], args[2]), LANES) as at:
            (source + at).store((source + at).load().maximum(0.0))
        return context.get_dummy_value()

    return signature, codegen


@operation
def mix_rows(
    typingctx: Any,
    a: Any,
    a_at: Any,
    b: Any,
    b_at: Any,
    share: Any,
    target: Any,
    target_at: Any,
    width: Any,
) -> Any:
    """``target = a + share · (b - a)``, float32."""
    i = types.intp
    signature = types.void(a, i, b, i, types.float32, target, i, i)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        left, right, mixed = arrays(context, builder, sig, args, 0, 2, 5)
        share = splat(builder, args[4])
        with steps(builder, args[7], LANES) as at:
            start = (left + at).load()
            (mixed + at).store(((right + at).load() - start).fma(share, start))
        return context.get_dummy_value()

    return signature, codegen


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
