"""Arguments of compiled code as plain words in memory: Python writes them, compiled code reads them by types.

An array is the address of its first element: compiled code that takes thousands of steps a second counts no
references, and an index must not be negative, as there is no length to count back from. A (nested) named
tuple is one address as well, of which each use reads the word that it needs: values of a hundred parts,
passed from function to function, cost the compiler most of its time.
"""

from __future__ import annotations

import ctypes
import hashlib
import struct
from typing import Any

import numpy as np
from llvmlite import ir
from numba import typeof
from numba.core import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, models, register_model
from numpy.typing import NDArray

from engine.kernels.simd import F64, I64, operation

BYTE = ctypes.c_char


def words_of(value: Any) -> list[int]:
    """The 64-bit words of a (nested) tuple of arrays and numbers, which must be kept alive as long.

    Raises ValueError on an array with gaps. Of an empty one the address is 0.
    """
    found: list[int] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[int]) -> None:
    if isinstance(value, np.ndarray):
        found.append(address_of(value) if value.size else 0)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found)
    elif isinstance(value, float):
        found.extend(struct.unpack("q", struct.pack("d", value)))
    else:
        found.append(value)


def address_of(array: NDArray[Any]) -> int:
    """Where the first element of an array that is not empty lies. Raises ValueError if it has gaps."""
    try:
        return ctypes.addressof(BYTE.from_buffer(array))  # type: ignore[arg-type]
    except TypeError:  # it is read-only: asked in the way that takes four times as long
        if not array.flags.c_contiguous:
            raise ValueError("compiled code takes arrays without gaps only") from None
        return int(array.ctypes.data)


class Words(types.Type):
    """The numba type of a named tuple that lies in words."""

    def __init__(self, value: Any, known: tuple[type, ...], at: int = 0) -> None:
        """Of one like ``value``, whose first word is number ``at`` from the address.

        Whole numbers in tuples of the classes ``known`` become part of the type: compiled code knows them.
        """
        self.end: int
        """The word behind its last one."""
        self.parts: dict[str, Any] = {}
        """The type of each, and where it lies."""
        place = at
        for name, part in zip(value._fields, value, strict=True):
            literal = isinstance(value, known) and type(part) is int
            inner = Words(part, known, place) if isinstance(part, tuple) else _type_of(part, literal)
            self.parts[name] = (inner, place)
            place = inner.end if isinstance(inner, Words) else place + 1
        self.end = place
        parts = ", ".join(f"{name}: {inner}" for name, (inner, _) in self.parts.items())
        # Every symbol bears the types' names: long ones take the compiler's time.
        digest = hashlib.sha256(f"{type(value).__name__} {at} {parts}".encode()).hexdigest()
        super().__init__(f"{type(value).__name__}{digest[:12]}")


def _type_of(value: Any, literal: bool) -> Any:
    if isinstance(value, np.ndarray):
        return types.CPointer(typeof(value).dtype)
    return types.literal(value) if literal else typeof(value)


def known(kind: Words, name: str) -> int | None:
    """The number that a part is, where its type says it."""
    inner = kind.parts[name][0]
    return int(inner.literal_value) if isinstance(inner, types.IntegerLiteral) else None


@register_model(Words)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, I64.as_pointer())


@infer_getattr
class _Parts(AttributeTemplate):
    key = Words

    def generic_resolve(self, kind: Any, name: Any) -> Any:  # type: ignore[override]
        return kind.parts[name][0] if name in kind.parts else None


@lower_getattr_generic(Words)
def _part(context: Any, builder: ir.IRBuilder, kind: Words, address: ir.Value, name: str) -> ir.Value:
    inner, place = kind.parts[name]
    if isinstance(inner, Words):
        return address
    if isinstance(inner, types.IntegerLiteral):
        return I64(inner.literal_value)
    word = builder.load(builder.gep(address, [I64(place)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    if isinstance(inner, types.CPointer):
        return builder.inttoptr(word, context.get_value_type(inner))
    if inner == types.float64:
        return builder.bitcast(word, F64)
    return builder.icmp_signed("!=", word, I64(0)) if inner == types.boolean else word


@operation
def behind(typingctx: Any, address: Any, elements: Any) -> Any:
    """The address ``elements`` further on."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        return builder.gep(args[0], [args[1]])

    return address(address, types.intp), codegen
