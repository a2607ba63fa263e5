"""Machine code of the stream's functions: loaded when first asked for, or compiled once a machine."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any


def routine(module: str, name: str, *arguments: Any) -> Callable[..., Any]:
    """The function ``name`` of ``engine.stream.<module>`` for such arguments, whose types it does not check.

    Numba is imported here, and not before the first sound: it takes its time.
    """
    import numba

    typeof: Callable[[Any], Any] = numba.typeof
    return _machine_code(module, name, tuple(typeof(argument) for argument in arguments))


@cache
def _machine_code(module: str, name: str, types: tuple[Any, ...]) -> Callable[..., Any]:
    from engine.kernels.cache import compiled

    function = getattr(importlib.import_module(f"engine.stream.{module}"), name)
    code: Callable[..., Any] = compiled(function, types, None)
    return code
