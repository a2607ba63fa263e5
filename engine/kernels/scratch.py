"""Scratch of a call of the compiled loop: memory of the caller's, given away piece by piece."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numpy.typing import NDArray

from engine.kernels.jit import njit_inlined
from engine.kernels.simd import I64, Pointer, operation, size_of

LINE = 8
"""64-bit words of a cache line. Every piece begins with one …"""
FIRST = 2 * LINE
"""… the first one no later than this word. The memory's word 0 says how far it is given away."""


class Pool:
    """Memory for calls, which keep it from each other while they run: any thread may ask."""

    def __init__(self) -> None:
        self._free: list[NDArray[np.int64]] = []

    def take(self, words: int) -> NDArray[np.int64]:
        """[words or more] of any value; until it is given back it is nobody else's."""
        with contextlib.suppress(IndexError):
            found = self._free.pop()
            if len(found) >= words:
                return found
        return np.empty(words, np.int64)

    def give_back(self, memory: NDArray[np.int64]) -> None:
        """Let others have what ``take`` gave."""
        self._free.append(memory)


def words_for(*counts: int) -> int:
    """Words of memory that do for pieces of so many numbers of up to 8 bytes."""
    return FIRST + sum(-(-count // LINE) * LINE for count in counts)


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
