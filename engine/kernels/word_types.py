"""Words in memory as compiled code knows them: the numba type of a ``words.Layout``, and how it is read."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype
from numba.core import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, models, register_model
from numba.np.arrayobj import make_array, populate_array

from engine.kernels.simd import F64, I64, operation
from engine.kernels.words import Cell, Layout


class Words(types.Type):
    """The numba type of a tuple that lies in words."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parts: dict[str, Any] = {}
        """The type of each."""
        for name, part in layout.parts.items():
            self.parts[name] = Words(part) if isinstance(part, Layout) else _type_of(part)
        # Every symbol bears the types' names: long ones take the compiler's time.
        digest = hashlib.sha256(f"{layout.at} {layout.text}".encode()).hexdigest()
        super().__init__(f"{layout.name}{digest[:12]}")


def _type_of(cell: Cell) -> Any:
    if cell.number is not None:
        return types.literal(cell.number)
    kind = types.boolean if cell.kind == "bool" else from_dtype(np.dtype(cell.kind))
    if cell.dimensions is None:
        return kind
    return types.Array(kind, cell.dimensions, "C") if cell.dimensions else types.CPointer(kind)


def known(kind: Words, name: str) -> int | None:
    """The number that a part is, where its type says it."""
    inner = kind.parts[name]
    return int(inner.literal_value) if isinstance(inner, types.IntegerLiteral) else None


@register_model(Words)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, I64.as_pointer())


@infer_getattr
class _Parts(AttributeTemplate):
    key = Words

    def generic_resolve(self, kind: Any, name: Any) -> Any:  # type: ignore[override]
        return kind.parts.get(name)


@lower_getattr_generic(Words)
def _part(context: Any, builder: ir.IRBuilder, kind: Words, address: ir.Value, name: str) -> ir.Value:
    inner = kind.parts[name]
    if isinstance(inner, Words):
        return address
    if isinstance(inner, types.IntegerLiteral):
        return I64(inner.literal_value)
    at = kind.layout.parts[name].at
    if isinstance(inner, types.Array):
        return _array(context, builder, inner, address, at)
    word = _word(builder, address, at)
    if isinstance(inner, types.CPointer):
        return builder.inttoptr(word, context.get_value_type(inner))
    if inner == types.float64:
        return builder.bitcast(word, F64)
    return builder.icmp_signed("!=", word, I64(0)) if inner == types.boolean else word


def _word(builder: ir.IRBuilder, address: ir.Value, at: int) -> ir.Value:
    word = builder.load(builder.gep(address, [I64(at)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


def _array(context: Any, builder: ir.IRBuilder, kind: Any, address: ir.Value, at: int) -> ir.Value:
    """An array without gaps: its address is word ``at``, and behind that stand its lengths."""
    size = I64(context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    shape = [_word(builder, address, at + 1 + k) for k in range(kind.ndim)]
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = make_array(kind)(context, builder)
    data = builder.inttoptr(_word(builder, address, at), context.get_data_type(kind.dtype).as_pointer())
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


@operation
def behind(typingctx: Any, address: Any, elements: Any) -> Any:
    """The address ``elements`` further on."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        return builder.gep(args[0], [args[1]])

    return address(address, types.intp), codegen


@operation
def spread(typingctx: Any, call: Any) -> Any:
    """The parts of a plain tuple that lies in words, as a tuple."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        parts = [_part(context, builder, call, args[0], name) for name in call.parts]
        return context.make_tuple(builder, sig.return_type, parts)

    return types.Tuple(tuple(call.parts.values()))(call), codegen
