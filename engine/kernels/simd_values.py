"""What happens to vectors of values: quantising, rectifying, copying, the gate's nonlinearity.

Activations enter integer products as int16 with one scale a vector; in float32 models they pass as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from engine.kernels.matrices import CACHE_LINE
from engine.kernels.processor import LANES
from engine.kernels.simd import (
    F32,
    I16,
    I32,
    I64,
    Count,
    Pointer,
    Vector,
    arrays,
    count,
    count_type,
    index,
    operation,
    size_of,
    splat,
    steps,
)
from engine.kernels.simd_x86 import PACKS, pack16, spread_maximum

FLAT = 7.0
"""tanh is taken as flat beyond: it is within 2e-6 of 1."""
TANH_P = (0.9999957, 0.12302184, 0.00227699, 3.930018e-06)
TANH_Q = (1.0, 0.45634034, 0.021072187, 0.00014235098)
"""tanh x = x p(x²) / q(x²) within ±FLAT: fitted to the least greatest error."""
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


@dataclass(frozen=True)
class Source:
    """``width`` values to be quantised: in memory, or in registers already."""

    memory: Pointer
    width: Count
    held: tuple[Vector, ...] = ()
    rectified: bool = False
    """Whether values below 0 count as 0."""

    @property
    def pairs(self) -> bool:
        """Whether the width is known to be an even number of vectors."""
        return isinstance(self.width, int) and self.width % (2 * LANES) == 0

    def vectors(self) -> Iterator[tuple[ir.Value, Vector]]:
        """Runs the caller's body for every vector: where it is, and what."""
        if self.held:
            yield from ((I64(k * LANES), vector) for k, vector in enumerate(self.held))
            return
        with steps(self.memory.builder, self.width, LANES) as at:
            yield at, self._load(at)

    def vector_pairs(self) -> Iterator[tuple[ir.Value, tuple[Vector, Vector]]]:
        """As ``vectors``, two at a time."""
        if self.held:
            for k in range(0, len(self.held), 2):
                yield I64(k * LANES), (self.held[k], self.held[k + 1])
            return
        builder = self.memory.builder
        with steps(builder, self.width, 2 * LANES) as at:
            yield at, (self._load(at), self._load(builder.add(at, I64(LANES))))

    def _load(self, at: ir.Value) -> Vector:
        value: Vector = (self.memory + at).load()
        return value.maximum(0.0) if self.rectified else value


class Peak:
    """The largest |x| so far, as a bit pattern: infinity and NaN are above all."""

    def __init__(self, builder: ir.IRBuilder) -> None:
        self.builder = builder
        zero = ir.Constant(ir.VectorType(I32, LANES), None)
        # Several, so that one vector does not wait for the last.
        self._cells = [cgutils.alloca_once_value(builder, zero) for _ in range(4)]
        self._turns = cycle(self._cells)

    def include(self, x: Vector) -> None:
        """Take a vector of x into account."""
        cell = next(self._turns)
        so_far = Vector(self.builder, self.builder.load(cell))
        self.builder.store(so_far.maximum(x.bits() & 0x7FFFFFFF).value, cell)

    def bits(self) -> ir.Value:
        """The pattern, a scalar i32."""
        return self.lanes().reduce("smax")

    def lanes(self) -> Vector:
        """The pattern of the largest value in each lane."""
        a, b, c, d = (Vector(self.builder, self.builder.load(cell)) for cell in self._cells)
        return a.maximum(b).maximum(c.maximum(d))


def quantise_by_peak(builder: ir.IRBuilder, source: Source, target: Pointer, peak: Peak) -> ir.Value:
    """Emits what ``quantise`` does once the peak is known."""
    if PACKS and target.address.type.pointee == I16 and source.pairs:
        return _quantise_packed(builder, source, target, peak)
    exponent = builder.and_(peak.bits(), I32(EXPONENT))
    finite = builder.icmp_signed("<", exponent, I32(TOO_LARGE))
    nan = ir.Constant(F32, float("nan"))
    if target.address.type.pointee == F32:
        for at, value in source.vectors():
            (target + at).store(value)
        return builder.select(finite, ir.Constant(F32, 1.0), nan)
    small = builder.icmp_signed("<", exponent, I32(SMALLEST_EXPONENT))
    exponent = builder.select(small, I32(SMALLEST_EXPONENT), exponent)
    up = builder.bitcast(builder.sub(I32((127 + 14 + 127) << 23), exponent), F32)
    unit = builder.bitcast(builder.sub(exponent, I32(14 << 23)), F32)
    factor = splat(builder, up)
    for at, value in source.vectors():
        (target + at).store((value * factor).rounded().minimum(32767))
    return builder.select(finite, unit, nan)


def _quantise_packed(builder: ir.IRBuilder, source: Source, target: Pointer, peak: Peak) -> ir.Value:
    """The same in vector registers throughout: what comes next waits for it."""
    exponent = spread_maximum(peak.lanes()) & EXPONENT
    finite = builder.icmp_signed("<", builder.extract_element(exponent.value, I32(0)), I32(TOO_LARGE))
    exponent = exponent.maximum(SMALLEST_EXPONENT)
    factor = (exponent.like((127 + 14 + 127) << 23) - exponent).from_bits()
    unit = builder.extract_element((exponent - (14 << 23)).from_bits().value, I32(0))
    for at, (low, high) in source.vector_pairs():
        (target + at).store(pack16(low * factor, high * factor))
    return builder.select(finite, unit, ir.Constant(F32, float("nan")))


@operation
def quantise(typingctx: Any, x: Any, x_at: Any, q: Any, q_at: Any, width: Any) -> Any:
    """Write x[x_at:] to q[q_at:] and return the float32 that a unit of q stands for.

    Into int16: by the power of two that takes the peak of |x| to 2^14…2^15. Into float32: as it is,
    in units of 1. Returns NaN where an x is NaN, infinite or beyond 2^96.
    """
    return _quantising(x, q, width, rectified=False)


@operation
def quantise_rectified(typingctx: Any, x: Any, x_at: Any, q: Any, q_at: Any, width: Any) -> Any:
    """As ``quantise``, of max(x, 0); NaN stays NaN."""
    return _quantising(x, q, width, rectified=True)


def _quantising(x: Any, q: Any, width: Any, *, rectified: bool) -> Any:
    """Signature and emitter of ``quantise`` and ``quantise_rectified``."""
    signature = types.float32(x, types.intp, q, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        memory, target = arrays(context, builder, sig, args, 0, 2)
        source, peak = Source(memory, count(sig.args[4], args[4]), rectified=rectified), Peak(builder)
        for _, value in source.vectors():
            peak.include(value)
        return quantise_by_peak(builder, source, target, peak)

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
def prefetch_row(typingctx: Any, target: Any, at: Any, width: Any) -> Any:
    """Ask for the ``width`` elements from target[at] on, which will be written soon: there need be none."""
    signature = types.void(target, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        (row,) = arrays(context, builder, sig, args, 0)
        element = size_of(row.address.type.pointee)
        with steps(builder, count(sig.args[2], args[2]), CACHE_LINE // element) as place:
            (row + place).prefetch(0, writing=True)
        return context.get_dummy_value()

    return signature, codegen


@operation
def all_finite(typingctx: Any, x: Any, x_at: Any, width: Any) -> Any:
    """Whether ``width`` values from x[x_at] on, whole vectors, are neither NaN nor infinite."""
    signature = types.boolean(x, types.intp, count_type(width))

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        (memory,) = arrays(context, builder, sig, args, 0)
        peak = Peak(builder)
        for _, value in Source(memory, count(sig.args[2], args[2])).vectors():
            peak.include(value)
        return builder.icmp_signed("<", peak.bits(), I32(EXPONENT))

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
