"""Sizes as parts of types: code that is compiled for them knows every number in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numba import typeof
from numba.core import types

from engine.kernels.layout import Ends, StackSize


def tuple_type(parts: Sequence[Any], kind: type | None) -> Any:
    """The numba type of a tuple of ``parts``, of a named tuple's class ``kind`` or of none.

    Unlike numba's own way it keeps it where parts are numbers known by their types.
    """
    if kind is None or kind is tuple or not any(isinstance(part, types.Literal) for part in parts):
        return types.BaseTuple.from_types(parts, kind)
    return types.NamedTuple(parts, kind)


def type_of(value: Any, *, specialised: bool) -> Any:
    """The numba type of an argument of ``step.run``; if ``specialised``, it says what its sizes are."""
    if specialised and isinstance(value, (StackSize, Ends)):
        whole = [type(number) is int for number in value]
        parts = [types.literal(n) if known else typeof(n) for n, known in zip(value, whole, strict=True)]
        return tuple_type(parts, type(value))
    if isinstance(value, tuple):
        return tuple_type([type_of(part, specialised=specialised) for part in value], type(value))
    return typeof(value)
