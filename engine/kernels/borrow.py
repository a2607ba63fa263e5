"""Arrays as plain addresses: compiled code that takes thousands of steps a second counts no references."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.shape import tuple_type
from engine.kernels.simd import operation


@operation
def borrowed(typingctx: Any, value: Any) -> Any:
    """The same (nested) tuple of arrays and numbers, each array as the address of its first element.

    An index into one must not be negative: there is no length to count back from.

    Who calls must keep the arrays alive as long as these are used: by ``keep_alive`` at its end, unless they
    are arguments of its own. Without it numba counts references, by atomic instructions, for every array that
    any of the small functions takes out of a tuple: 0.3 µs a layer, half as much again as its work, and code
    that takes twice as long to compile.
    """
    signature = _without_owner(value)(value)

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        return _addresses(context, builder, sig.args[0], args[0])

    return signature, codegen


@operation
def behind(typingctx: Any, address: Any, elements: Any) -> Any:
    """The address ``elements`` further on than a borrowed one."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        return builder.gep(args[0], [args[1]])

    return address(address, types.intp), codegen


@operation
def keep_alive(typingctx: Any, value: Any) -> Any:
    """Nothing: but ``value`` is still in use here, and what was borrowed from it until here."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        return context.get_dummy_value()

    return types.void(value), codegen


def _without_owner(kind: Any) -> Any:
    """The numba type of what is borrowed of a value of type ``kind``."""
    if isinstance(kind, types.Array):
        return types.CPointer(kind.dtype)
    if isinstance(kind, types.BaseTuple):
        return tuple_type(
            [_without_owner(part) for part in _parts(kind)], getattr(kind, "instance_class", None)
        )
    return kind


def _addresses(context: Any, builder: ir.IRBuilder, kind: Any, value: ir.Value) -> ir.Value:
    if isinstance(kind, types.Array):
        return context.make_array(kind)(context, builder, value).data
    if isinstance(kind, types.BaseTuple):
        parts = [
            _addresses(context, builder, part, builder.extract_value(value, place))
            for place, part in enumerate(_parts(kind))
        ]
        return context.make_tuple(builder, _without_owner(kind), parts)
    return value


def _parts(kind: Any) -> Any:
    """The numba types of a tuple's parts."""
    return kind.types
