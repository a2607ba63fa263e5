"""What this processor can do at best: reading vectors, and the multiply-add that the kernels are made of.

The loops are the shortest that keep the units busy: a kernel's time can be held against the machine's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numpy.typing import NDArray

from engine.kernels.jit import njit_part
from engine.kernels.machine_code import Routine
from engine.kernels.object_files import Progress
from engine.kernels.processor import LANES
from engine.kernels.simd import F32, I8, I32, Vector, arrays, operation, steps
from engine.kernels.simd_products import Matrix
from engine.kernels.words import boxed, layout_of

VECTOR_BYTES = 4 * LANES
READS = 16
"""Vectors read a turn of the loop, each into a sum of its own."""
SUMS = 12 if LANES == 16 else 8
"""Sums in registers in the multiply-add loop, of the 32 vector registers of AVX-512, else of 16."""
ROWS = {"int8": 1, "int16": SUMS // 4, "float32": SUMS // 4}
"""Sources in registers that each vector of weights is multiplied with: int8 is widened, two vectors by one
shift, for each product, as the kernel does it for one stream."""
NEAR_BYTES = 4096
"""Of weights in the multiply-add loop: within the nearest cache of any processor."""


class Reader:
    """Reads a buffer from end to end with whole vectors and adds up what it reads."""

    def __init__(self, size: int, progress: Progress | None = None) -> None:
        """A buffer of ``size`` bytes, rounded down to whole turns of the loop."""
        turn = READS * VECTOR_BYTES // 4
        self._buffer = aligned_ones(max(1, size // 4 // turn) * turn, np.int32)
        self.bytes = self._buffer.nbytes
        arguments = 0, self._buffer
        self._words = boxed(*arguments, lengths=True)
        layout = layout_of(arguments, lengths=True)
        self._compiled = Routine.of("engine.kernels.probes:read", layout, 0, progress)

    def run(self, passes: int) -> int:
        """Read the buffer ``passes`` times; returns the sum of its 32-bit words over all passes mod 2^32."""
        self._words[0] = passes
        return self._compiled(self._words) % 2**32


class Multiplier:
    """Multiply-adds as in the kernels' products: of int16 pairs into int32, or of float32."""

    def __init__(self, precision: str, progress: Progress | None = None) -> None:
        """``precision`` of the weights: ``int8``, widened to int16 first, ``int16`` or ``float32``."""
        kind = np.dtype(precision)
        rows = ROWS[precision]
        # Whole turns of the loop.
        turn = 2 * SUMS // rows * LANES
        self._weights = aligned_ones(NEAR_BYTES // kind.itemsize // turn * turn, kind)
        self._sources = aligned_ones(2 * rows, np.float32 if precision == "float32" else np.int16)
        self._total = np.zeros(1)
        arguments = 0, self._weights, self._sources, self._total
        self._words = boxed(*arguments, lengths=True)
        layout = layout_of(arguments, lengths=True)
        self._compiled = Routine.of("engine.kernels.probes:multiply", layout, 0, progress)
        self.products = len(self._weights) * rows
        """Multiplications, each with an addition, of one pass."""

    def run(self, passes: int) -> float:
        """Do ``passes``; returns the sum of all products, in float32 or mod 2^32."""
        self._words[0] = passes
        self._compiled(self._words)
        return float(self._total[0])


def aligned_ones(count: int, kind: Any) -> NDArray[Any]:
    """[count] ones of a type, starting on a page."""
    size = count * np.dtype(kind).itemsize
    spare = np.empty(size + 4096, dtype=np.uint8)
    start = -spare.ctypes.data % 4096
    ones: NDArray[Any] = spare[start : start + size].view(kind)
    ones[:] = 1
    return ones


@njit_part
def read(passes: Any, buffer: Any) -> Any:
    """The sum of ``buffer`` [n] int32 over ``passes``."""
    total = np.int64(0)
    for _ in range(passes):
        total += read_all(buffer, 0, len(buffer))
    return total


@njit_part
def multiply(passes: Any, weights: Any, sources: Any, total: Any) -> None:
    """``multiply_all`` of whole arrays, into ``total`` [1]."""
    total[0] = multiply_all(weights, 0, sources, 0, len(weights), passes)


@operation
def read_all(typingctx: Any, buffer: Any, at: Any, count: Any) -> Any:
    """The wrapped sum of ``count`` int32 elements, a multiple of READS vectors."""
    signature = types.int32(buffer, types.intp, types.intp)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        (source,) = arrays(context, builder, sig, args, 0)
        zero = ir.Constant(ir.VectorType(I32, LANES), None)
        cells = [cgutils.alloca_once_value(builder, zero) for _ in range(READS)]
        for cell in cells:
            builder.store(zero, cell)
        with steps(builder, args[2], READS * LANES) as i:
            for k, cell in enumerate(cells):
                so_far = Vector(builder, builder.load(cell))
                builder.store((so_far + (source + i + k * LANES).load()).value, cell)
        return _sum([Vector(builder, builder.load(cell)) for cell in cells])

    return signature, codegen


@operation
def multiply_all(
    typingctx: Any, weights: Any, at: Any, sources: Any, sources_at: Any, count: Any, passes: Any
) -> Any:
    """The sum, over ``passes``, of all ``count`` weights times each of the sources (pairs of integers)."""
    kind = types.float32 if weights.dtype == types.float32 else types.int32
    signature = kind(weights, types.intp, sources, types.intp, types.intp, types.intp)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        start, source = arrays(context, builder, sig, args, 0, 2)
        lane = F32 if start.address.type.pointee == F32 else I32
        product = Matrix(builder, start, args[4], args[4])
        step, rows, twos = product.pair * LANES, ROWS[str(weights.dtype)], product.element == I8
        zero = ir.Constant(ir.VectorType(lane, LANES), None)
        cells = [[cgutils.alloca_once_value(builder, zero) for _ in range(SUMS // rows)] for _ in range(rows)]
        xs = [(source + row * product.pair).splat(lane) for row in range(rows)]
        with steps(builder, args[5], 1), steps(builder, args[4], SUMS // rows * step) as i:
            for column, w in enumerate(product.columns(start + i, range(SUMS // rows), twos)):
                for x, sums in zip(xs, cells, strict=True):
                    total = Vector(builder, builder.load(sums[column]))
                    builder.store(product.multiply_add(total, w, x).value, sums[column])
        found = [[Vector(builder, builder.load(cell)) for cell in sums] for sums in cells]
        return _sum([total for sums in found for total in (product.without_uppers(sums) if twos else sums)])

    return signature, codegen


def _sum(vectors: list[Vector]) -> ir.Value:
    """The sum of all lanes of ``vectors``, in order."""
    total, builder = vectors[0], vectors[0].builder
    for vector in vectors[1:]:
        total = total + vector
    if not total.floating:
        return total.reduce("add")
    scalar: ir.Value = ir.Constant(F32, 0.0)
    for lane in range(LANES):
        scalar = builder.fadd(scalar, builder.extract_element(total.value, I32(lane)))
    return scalar
