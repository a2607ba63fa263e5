"""Machine code is made of what is asked for, whatever it calls and whatever was asked for before."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numba.core.registry import cpu_target

from engine.kernels.code_generation import whole_functions
from engine.kernels.compiling import compile_function
from engine.kernels.jit import njit_inlined, njit_part
from engine.kernels.machine_code import Loaded, Routine
from engine.kernels.words import boxed, layout_of


class Numbers(NamedTuple):
    values: np.ndarray


@njit_inlined
def _square(x: Any) -> Any:
    return x * x


@njit_part
def squares(call: Any) -> Any:
    return np.int64(_square(call.values[0]) + _square(call.values[1]))


@njit_part
def more(call: Any) -> Any:
    return squares(call) + np.int64(call.values[2])


@njit_part
def most(call: Any) -> Any:
    return squares(call) + more(call)


def test_a_function_is_the_same_by_itself_and_in_those_that_call_it() -> None:
    call = Numbers(np.array([3, 4, 5]))
    found = [
        Routine(Loaded(compile_function(f"{__name__}:{name}", layout_of(call), 0)))(boxed(call))
        for name in ("more", "squares", "most")
    ]
    assert found == [30, 25, 55]


def test_numba_compiles_as_ever_once_it_is_done() -> None:
    before = cpu_target.target_context.codegen()
    with whole_functions():
        assert cpu_target.target_context.codegen() is not before
    assert cpu_target.target_context.codegen() is before
    assert njit(lambda x: x + 1)(41) == 42
