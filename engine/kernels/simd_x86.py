"""What AVX2 has shorter instructions for than LLVM finds by itself; vectors of other widths go other ways."""

from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils

from engine.kernels.processor import LANES
from engine.kernels.simd import I16, I32, I64, Vector

PACKS = LANES == 8
"""Whether two vectors of float32 become one of int16 by ``pack16``."""


def pack16(low: Vector, high: Vector) -> Vector:
    """Two vectors as one of int16: rounded to the nearest (ties to even), held within int16."""
    builder = low.builder
    whole = [_call(builder, "llvm.x86.avx.cvt.ps2dq.256", (I32, 8), v.value) for v in (low, high)]
    packed = _call(builder, "llvm.x86.avx2.packssdw", (I16, 16), *whole)
    quarters = builder.bitcast(packed, ir.VectorType(I64, 4))
    ordered = _shuffle(builder, quarters, [0, 2, 1, 3])
    return Vector(builder, builder.bitcast(ordered, packed.type))


def fence(builder: ir.IRBuilder) -> None:
    """Let nothing be read before this that is read after it.

    LLVM else mixes all the work there is and runs out of registers.
    """
    builder.asm(ir.FunctionType(ir.VoidType(), []), "", "~{memory}", [], True)


def spread_maximum(vector: Vector) -> Vector:
    """The largest of the lanes in every lane."""
    builder, step = vector.builder, LANES // 2
    while step:
        order = [lane ^ step for lane in range(LANES)]
        vector = vector.maximum(Vector(builder, _shuffle(builder, vector.value, order)))
        step //= 2
    return vector


def spread_sum(vector: Vector) -> Vector:
    """The wrapped sum of all lanes in every lane."""
    builder, step = vector.builder, LANES // 2
    while step:
        order = [lane ^ step for lane in range(LANES)]
        vector = vector + Vector(builder, _shuffle(builder, vector.value, order))
        step //= 2
    return vector


def _call(builder: ir.IRBuilder, name: str, lanes: tuple[ir.Type, int], *values: ir.Value) -> ir.Value:
    kind = ir.FunctionType(ir.VectorType(*lanes), [value.type for value in values])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), values)


def _shuffle(builder: ir.IRBuilder, value: ir.Value, order: list[int]) -> ir.Value:
    lanes = ir.Constant(ir.VectorType(I32, len(order)), order)
    return builder.shuffle_vector(value, value, lanes)
