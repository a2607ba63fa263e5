"""What several calls share is emitted once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import types

from engine.kernels.compiling import compile_function
from engine.kernels.jit import njit_part
from engine.kernels.machine_code import Loaded, Routine
from engine.kernels.simd import operation, shared
from engine.kernels.words import boxed, layout_of

EMITTED: list[str] = []
"""The types that a function was emitted for, each time."""


class Numbers(NamedTuple):
    values: np.ndarray


@operation
def _increase(typingctx: Any, address: Any, by: Any) -> Any:
    def emitter(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        EMITTED.append(str(sig.args[1]))
        step = args[1] if sig.args[1] == types.int64 else builder.fptosi(args[1], ir.IntType(64))
        builder.store(builder.add(builder.load(args[0]), step), args[0])
        return context.get_dummy_value()

    return types.void(address, by), shared(emitter, "increase")


@njit_part
def increased(call: Any) -> Any:
    place, by = call.values, call.values[1]
    _increase(place, by)
    _increase(place, by + by)
    _increase(place, 2.0 * by)
    return place[0]


def test_calls_of_the_same_types_are_of_one_function() -> None:
    call = Numbers(np.array([100, 7]))
    code = compile_function(f"{__name__}:increased", layout_of(call), 0)
    assert Routine(Loaded(code))(boxed(call)) == 100 + 7 + 14 + 14
    assert EMITTED == ["int64", "float64"]
