"""Vectors of 32-bit lanes for numba: the few operations that the CPU kernel's inner loops are made of.

Plain LLVM IR, so any processor runs it; on x86 it selects vpmaddwd (AVX2) or vpdpwssd (AVX-512 VNNI).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from engine.kernels.processor import LANES

F32, F64 = ir.FloatType(), ir.DoubleType()
I8, I16, I32, I64 = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64)
ROUNDER = 1.5 * 2.0**23
"""Added to a float32 of magnitude below 2^22 it leaves the nearest integer in the low bits."""
ROUNDER_BITS = 0x4B400000


@dataclass(frozen=True)
class Vector:
    """A value of ``LANES`` float32 or int32 lanes in the function under construction.

    Operators mean the lane-wise IEEE or wrapping integer operation, never contracted or reordered:
    the lanes' values do not depend on how many there are.
    """

    builder: ir.IRBuilder
    value: ir.Value

    @property
    def floating(self) -> bool:
        """Whether the lanes are float32."""
        return bool(self.value.type.element == F32)

    def like(self, number: float) -> Vector:
        """The same ``number`` in every lane, of this vector's type."""
        constant = float(number) if self.floating else int(number)
        return Vector(self.builder, ir.Constant(self.value.type, [constant] * self.value.type.count))

    def _binary(self, other: Vector | float, floating: str, integer: str) -> Vector:
        right = other if isinstance(other, Vector) else self.like(other)
        operation = getattr(self.builder, floating if self.floating else integer)
        return Vector(self.builder, operation(self.value, right.value))

    def __add__(self, other: Vector | float) -> Vector:
        return self._binary(other, "fadd", "add")

    def __sub__(self, other: Vector | float) -> Vector:
        return self._binary(other, "fsub", "sub")

    def __mul__(self, other: Vector | float) -> Vector:
        return self._binary(other, "fmul", "mul")

    def __truediv__(self, other: Vector) -> Vector:
        return Vector(self.builder, self.builder.fdiv(self.value, other.value))

    def __and__(self, mask: int) -> Vector:
        return Vector(self.builder, self.builder.and_(self.value, self.like(mask).value))

    def __lshift__(self, bits: int) -> Vector:
        return Vector(self.builder, self.builder.shl(self.value, self.like(bits).value))

    def minimum(self, other: Vector | float) -> Vector:
        """Lane-wise smaller; ``self`` where a lane is NaN."""
        return self._choose(">", other)

    def maximum(self, other: Vector | float) -> Vector:
        """Lane-wise larger; ``self`` where a lane is NaN."""
        return self._choose("<", other)

    def _choose(self, relation: str, other: Vector | float) -> Vector:
        right = other if isinstance(other, Vector) else self.like(other)
        compare = self.builder.fcmp_ordered if self.floating else self.builder.icmp_signed
        worse = compare(relation, self.value, right.value)
        return Vector(self.builder, self.builder.select(worse, right.value, self.value))

    def fma(self, factor: Vector, term: Vector | float) -> Vector:
        """``self * factor + term``, rounded once."""
        right = term if isinstance(term, Vector) else self.like(term)
        kind = self.value.type
        name = f"llvm.fma.v{kind.count}f32"
        function = ir.FunctionType(kind, [kind, kind, kind])
        call = cgutils.get_or_insert_function(self.builder.module, function, name)
        return Vector(self.builder, self.builder.call(call, [self.value, factor.value, right.value]))

    def bits(self) -> Vector:
        """The lanes' bit patterns as int32."""
        return self._cast("bitcast", I32)

    def from_bits(self) -> Vector:
        """Bit patterns as float32."""
        return self._cast("bitcast", F32)

    def to_float(self) -> Vector:
        """Converted to float32; unchanged where it is float32 already."""
        return self if self.floating else self._cast("sitofp", F32)

    def to_int(self) -> Vector:
        """Converted to int32, towards zero; magnitudes below 2^31."""
        return self._cast("fptosi", I32)

    def rounded(self) -> Vector:
        """The nearest integers as int32 (ties to even); magnitudes below 2^22."""
        return (self + ROUNDER).bits() - ROUNDER_BITS

    def _cast(self, operation: str, element: ir.Type) -> Vector:
        kind = ir.VectorType(element, self.value.type.count)
        return Vector(self.builder, getattr(self.builder, operation)(self.value, kind))

    def reduce(self, operation: str) -> ir.Value:
        """One scalar of all lanes: their ``smax`` or ``add`` (integers), their ``fmax`` (floats)."""
        kind = self.value.type
        suffix = f"v{kind.count}{'f' if self.floating else 'i'}32"
        function = ir.FunctionType(kind.element, [kind])
        name = f"llvm.vector.reduce.{operation}.{suffix}"
        call = cgutils.get_or_insert_function(self.builder.module, function, name)
        return self.builder.call(call, [self.value])


@dataclass(frozen=True)
class Pointer:
    """A typed address in the function under construction; indices count elements."""

    builder: ir.IRBuilder
    address: ir.Value

    @classmethod
    def to_array(cls, context: Any, builder: ir.IRBuilder, kind: Any, array: ir.Value) -> Pointer:
        """The first element of an array argument of numba type ``kind``; or the address that it is itself."""
        if isinstance(kind, types.CPointer):
            return cls(builder, array)
        return cls(builder, context.make_array(kind)(context, builder, array).data)

    def __add__(self, elements: Count) -> Pointer:
        return Pointer(self.builder, self.builder.gep(self.address, [index(elements)]))

    def load(self, count: int = LANES) -> Vector:
        """The next ``count`` elements."""
        element = self.address.type.pointee
        vector = self.builder.bitcast(self.address, ir.VectorType(element, count).as_pointer())
        return Vector(self.builder, self.builder.load(vector, align=size_of(element)))

    def store(self, vector: Vector) -> None:
        """Write the lanes here, int32 lanes narrowed to this pointer's integer type (they must fit)."""
        element = self.address.type.pointee
        value = vector.value
        kind = ir.VectorType(element, value.type.count)
        if value.type != kind:
            value = self.builder.trunc(value, kind)
        self.builder.store(
            value, self.builder.bitcast(self.address, kind.as_pointer()), align=size_of(element)
        )

    def store_scalar(self, value: ir.Value) -> None:
        """Write one element here."""
        self.builder.store(value, self.address)

    def splat(self, element: ir.Type) -> Vector:
        """The one ``element`` that lies here in every lane; aligned as what this pointer points to."""
        address = self.builder.bitcast(self.address, element.as_pointer())
        scalar = self.builder.load(address, align=size_of(self.address.type.pointee))
        return splat(self.builder, scalar)

    def prefetch(self, offset: int, *, writing: bool = False) -> None:
        """Ask for the cache line ``offset`` bytes further on; harmless beyond the end."""
        byte = I8.as_pointer()
        function = ir.FunctionType(ir.VoidType(), [byte, I32, I32, I32])
        call = cgutils.get_or_insert_function(self.builder.module, function, "llvm.prefetch.p0")
        line = self.builder.gep(self.builder.bitcast(self.address, byte), [index(offset)])
        self.builder.call(call, [line, I32(int(writing)), I32(3), I32(1)])


def arrays(context: Any, builder: ir.IRBuilder, signature: Any, args: Any, *places: int) -> list[Pointer]:
    """Pointers to the array arguments at ``places``, each moved on by the index argument that follows it."""
    return [Pointer.to_array(context, builder, signature.args[k], args[k]) + args[k + 1] for k in places]


def operation(function: Callable[..., Any]) -> Any:
    """Makes an emitter of LLVM code callable from compiled functions (numba's decorator, for mypy)."""
    return intrinsic(prefer_literal=True)(function)


def shared(emitter: Callable[..., ir.Value], name: str) -> Callable[..., ir.Value]:
    """An emitter of a call: what the given one emits is a function, one for all calls of such types."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        digest = hashlib.sha256(str(sig).encode()).hexdigest()[:12]
        kind = ir.FunctionType(ir.VoidType(), [value.type for value in args])
        function = cgutils.get_or_insert_function(builder.module, kind, f"{name}.{digest}")
        if function.is_declaration:
            function.linkage = "linkonce_odr"
            function.attributes.add("noinline")
            inner = ir.IRBuilder(function.append_basic_block())
            emitter(context, inner, sig, function.args)
            inner.ret_void()
        builder.call(function, args)
        return context.get_dummy_value()

    return codegen


Count: TypeAlias = "ir.Value | int"
"""How many of something: known only as the code runs, or already as it is made."""


def count_type(kind: Any) -> Any:
    """The type in which an emitter takes a count given as a ``kind``: itself where it says the number."""
    return kind if isinstance(kind, types.IntegerLiteral) else types.intp


def count(kind: Any, value: ir.Value) -> Count:
    """An argument of ``count_type``."""
    return int(kind.literal_value) if isinstance(kind, types.IntegerLiteral) else value


def index(value: Count) -> ir.Value:
    """A 64-bit index."""
    return I64(value) if isinstance(value, int) else value


def size_of(element: ir.Type) -> int:
    """Bytes of a scalar type."""
    return {F32: 4, F64: 8}.get(element) or int(element.width) // 8


def splat(builder: ir.IRBuilder, scalar: ir.Value) -> Vector:
    """``scalar`` in every lane."""
    empty = ir.Constant(ir.VectorType(scalar.type, LANES), ir.Undefined)
    one = builder.insert_element(empty, scalar, I32(0))
    order = ir.Constant(ir.VectorType(I32, LANES), [0] * LANES)
    return Vector(builder, builder.shuffle_vector(one, empty, order))


@contextmanager
def steps(builder: ir.IRBuilder, stop: Count, step: int, start: Count = 0) -> Iterator[ir.Value]:
    """A loop body with its index: ``start`` and on by ``step`` while below ``stop``."""
    with cgutils.for_range_slice(builder, index(start), index(stop), I64(step), I64) as (position, _):
        yield position
