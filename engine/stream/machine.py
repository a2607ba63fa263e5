"""The stream's compiled functions, called with what they take as it lies: arrays, numbers, named tuples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.machine_code import Routine
from engine.kernels.words import boxed, layout_of


@dataclass(frozen=True)
class Call:
    """A call that is ready to be made."""

    code: Routine
    words: NDArray[np.int64]
    arguments: tuple[Any, ...]
    """What lies behind the addresses in the words."""

    def __call__(self) -> int:
        """What the function returns; 0 for nothing."""
        return self.code(self.words)


def routine(module: str, name: str, *arguments: Any, short: bool = True) -> Call:
    """The call of function ``name`` of ``engine.stream.<module>`` with such arguments.

    Its code is loaded when first asked for, or compiled once a machine, for each combination of types.
    ``short``: see ``machine_code.Routine``. Raises ValueError on an array with gaps.
    """
    known = _known(module, name, _types(arguments), short)
    if not known:
        layout = layout_of(arguments, lengths=True)
        known.append(Routine.of(f"engine.stream.{module}:{name}", layout, short=short))
    return Call(known[0], boxed(arguments, lengths=True), arguments)


@cache
def _known(module: str, name: str, types: tuple[Any, ...], short: bool) -> list[Routine]:
    """The function's code for arguments of such types, once there is one."""
    return []


def _types(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype, value.ndim
    if isinstance(value, tuple):
        return type(value), *(_types(part) for part in value)
    return type(value)
