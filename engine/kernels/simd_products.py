"""Matrix times vector, the engine's time: sums in registers, weights streamed once in the order they lie.

Integer sums are exact and float32 sums run over the inputs in order, so the vector width cannot be heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from llvmlite import ir
from numba.core import cgutils

from engine.kernels.matrices import CACHE_LINE, GROUP, groups
from engine.kernels.processor import LANES
from engine.kernels.simd import F32, I8, I16, I32, I64, Count, Pointer, Vector, index, size_of, steps
from engine.kernels.simd_x86 import spread_sum

ACCUMULATORS = 8 if LANES < 16 else 16
"""Sums held in registers at a time; AVX-512 has 32 vector registers."""
AHEAD = {1: 1024, 2: 2048, 4: 2048} if LANES == 8 else {}
"""Bytes that weights for one source are prefetched ahead with AVX2, by the bytes of a weight.

With AVX-512 the hints cost 2-7 %.
"""

BYTE_BITS = 8

Use = Callable[[int, ir.Value, list[Vector]], None]
"""Called where sums are ready: of which source, from which output on, the vectors of sums."""


@dataclass(frozen=True)
class Matrix:
    """A matrix packed by ``pack.pack_matrix``, in the function under construction.

    int8 or int16 weights are multiplied with int16 sources to int32 sums, which must fit (``pack``
    sees to it); float32 with float32. ``inputs`` and ``outputs`` are multiples of LANES.
    """

    builder: ir.IRBuilder
    weights: Pointer
    inputs: Count
    outputs: Count

    @property
    def element(self) -> ir.Type:
        """Type of a weight."""
        return self.weights.address.type.pointee

    @property
    def pair(self) -> int:
        """Inputs whose products one lane takes at a time."""
        return 1 if self.element == F32 else 2

    def sums(self, sources: list[Pointer], use: Use) -> None:
        """Sums for several sources, each weight read once for all of them."""
        width = max(1, ACCUMULATORS // len(sources))
        origins = [self._origin(source) for source in sources] if self.element == I8 else []
        for first, vectors in self._groups():
            for j in range(0, vectors, width):
                part = range(j, min(j + width, vectors))
                for row, sums in enumerate(self._sums(first, vectors, part, sources, origins)):
                    use(row, self.builder.add(first, I64(j * LANES)), sums)

    def _groups(self) -> Iterator[tuple[ir.Value, int]]:
        """Runs the caller's body for every group: (its first output, how many vectors it has)."""
        builder = self.builder
        if isinstance(self.outputs, int):
            yield from self._known_groups(self.outputs)
            return
        done = builder.and_(self.outputs, I64(-GROUP * LANES))
        with steps(builder, done, GROUP * LANES) as first:
            yield first, GROUP
        vectors = GROUP // 2
        while vectors:
            left = builder.and_(self.outputs, I64(vectors * LANES))
            with builder.if_then(builder.icmp_unsigned("!=", left, I64(0))):
                yield done, vectors
            done = builder.add(done, left)
            vectors //= 2

    def _known_groups(self, outputs: int) -> Iterator[tuple[ir.Value, int]]:
        found = list(groups(outputs))
        whole = outputs // (GROUP * LANES)
        if whole > 1:
            with steps(self.builder, whole * GROUP * LANES, GROUP * LANES) as first:
                yield first, GROUP
            found = found[whole:]
        for at, size in found:
            yield I64(at), size // LANES

    def _origin(self, source: Pointer) -> Vector:
        """``matrices.BYTE_ORIGIN`` times the sum of a source, in every lane: what it adds to a sum."""
        builder = self.builder
        wide = ir.VectorType(I32, LANES)
        cell = cgutils.alloca_once(builder, wide)
        builder.store(ir.Constant(wide, None), cell)
        with steps(builder, self.inputs, LANES) as i:
            values = builder.sext((source + i).load().value, wide)
            builder.store(builder.add(builder.load(cell), values), cell)
        return spread_sum(Vector(builder, builder.load(cell))) << BYTE_BITS - 1

    def _sums(
        self, first: ir.Value, vectors: int, part: range, sources: list[Pointer], origins: list[Vector]
    ) -> list[list[Vector]]:
        """For every source, the ``part`` of the ``vectors`` of the group at output ``first``."""
        builder, step = self.builder, self.pair * LANES
        group = self.weights + builder.mul(first, index(self.inputs))
        zero = ir.Constant(ir.VectorType(F32 if self.pair == 1 else I32, LANES), None)
        cells = [[cgutils.alloca_once_value(builder, zero) for _ in part] for _ in sources]
        ahead = AHEAD.get(size_of(self.element), 0) if len(sources) == 1 else 0
        twos = self.element == I8 and vectors > 1
        with steps(builder, self.inputs, self.pair) as i:
            row = group + builder.mul(i, I64(vectors * LANES))
            if ahead:
                for line in range(0, vectors * step * size_of(self.element), CACHE_LINE):
                    row.prefetch(ahead + line)
            xs = [(source + i).splat(F32 if self.pair == 1 else I32) for source in sources]
            for v, w in enumerate(self.columns(row, part, twos)):
                for x, sums in zip(xs, cells, strict=True):
                    total = Vector(builder, builder.load(sums[v]))
                    builder.store(self.multiply_add(total, w, x).value, sums[v])
        found = [[Vector(builder, builder.load(cell)) for cell in sums] for sums in cells]
        if not twos:
            return found
        for sums, origin in zip(found, origins, strict=True):
            sums[:] = self.without_uppers(sums)
            sums[::2] = [total - origin for total in sums[::2]]
        return found

    def columns(self, row: Pointer, part: range, twos: bool) -> Iterator[Vector]:
        """The vectors ``part`` of weights from ``row`` on, for ``multiply_add``.

        ``twos``: two int8 vectors lie in each vector of int16, so that one shift is all that widens them; the
        first of the two has 256 times the other in it (see ``without_uppers``).
        """
        builder, step = self.builder, self.pair * LANES
        if not twos:
            yield from ((row + column * step).load(step) for column in part)
            return
        for column in part[::2]:
            both = (row + column * step).load(2 * step)
            words = builder.bitcast(both.value, ir.VectorType(I16, step))
            yield Vector(builder, words)
            yield Vector(builder, builder.ashr(words, ir.Constant(words.type, [BYTE_BITS] * step)))

    @staticmethod
    def without_uppers(sums: list[Vector]) -> list[Vector]:
        """Sums of products with ``columns`` of ``twos``, what the first of two has of the other taken off."""
        return [total - (sums[v + 1] << BYTE_BITS) if v % 2 == 0 else total for v, total in enumerate(sums)]

    def multiply_add(self, total: Vector, w: Vector, x: Vector) -> Vector:
        """``total`` plus w · x; for integers, neighbouring pairs of products go to one lane."""
        if self.pair == 1:
            return w.fma(x, total)
        builder = self.builder
        wide, half = ir.VectorType(I32, 2 * LANES), ir.VectorType(I16, 2 * LANES)
        x16 = builder.bitcast(x.value, half)
        w16 = w.value if w.value.type == half else builder.sext(w.value, half)
        # LLVM knows this shape of multiply and add as the processor's one instruction for it.
        products = builder.mul(builder.sext(w16, wide), builder.sext(x16, wide))
        even, odd = (
            builder.shuffle_vector(
                products, products, ir.Constant(ir.VectorType(I32, LANES), list(range(k, 2 * LANES, 2)))
            )
            for k in (0, 1)
        )
        return total + Vector(builder, builder.add(even, odd))
