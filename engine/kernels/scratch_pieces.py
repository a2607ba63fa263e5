"""A call's scratch in compiled code: given away piece by piece."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.jit import njit_inlined
from engine.kernels.scratch import FIRST, LINE
from engine.kernels.simd import I64, Pointer, operation, size_of


@operation
def begin(typingctx: Any, memory: Any) -> Any:
    """Give the memory, an address of int64, away anew."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        behind = builder.and_(builder.lshr(builder.ptrtoint(args[0], I64), I64(3)), I64(LINE - 1))
        builder.store(builder.sub(I64(FIRST), behind), args[0])
        return context.get_dummy_value()

    return types.void(memory), codegen


@operation
def room(typingctx: Any, memory: Any, n: Any, kind: Any) -> Any:
    """The address of ``n`` numbers, of any value, of the type of those at ``kind`` or that it names."""
    number = kind.dtype

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        element = context.get_data_type(number)
        at = builder.load(args[0])
        size = builder.mul(args[1], I64(size_of(element)))
        lines = builder.lshr(builder.add(size, I64(8 * LINE - 1)), I64(6))
        builder.store(builder.add(at, builder.shl(lines, I64(3))), args[0])
        place = Pointer(builder, args[0]) + at
        return builder.bitcast(place.address, element.as_pointer())

    return types.CPointer(number)(memory, types.intp, kind), codegen


@njit_inlined
def filled(memory: Any, n: Any, kind: Any, value: Any) -> Any:
    """``room`` that holds ``value`` throughout."""
    found = room(memory, n, kind)
    for i in range(n):
        found[i] = value
    return found
