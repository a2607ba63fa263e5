"""The compiler: through this module alone a program that runs comes to import numba, and only to compile."""

from __future__ import annotations

import importlib
from typing import Any

from numba.core import types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from engine.files.late_imports import uncollected
from engine.kernels.code_generation import whole_functions
from engine.kernels.jit import njit_part
from engine.kernels.object_files import ObjectFile
from engine.kernels.word_types import Words, spread
from engine.kernels.words import Layout


def compile_function(function: str, layout: Layout, numbers: int) -> ObjectFile:
    """The machine code of ``package.module:name``, for words of a ``layout`` and some whole numbers.

    Of a tuple without a name the function takes the parts. Raises TypeError where it returns anything but a
    whole number or nothing.
    """
    module, _, name = function.partition(":")
    found = getattr(importlib.import_module(module), name)
    kinds = (Words(layout), *[types.int64] * numbers)
    if not layout.name:
        found = _spreading(found)
    with uncollected(), whole_functions():  # a compiler keeps most of what it makes: a sixth of the time
        found.compile(kinds)
        made = found.overloads[kinds]
        if made.signature.return_type not in (types.int64, types.none):
            raise TypeError(f"{function} returns {made.signature.return_type}")
        symbol = made.fndesc.llvm_func_name
        return ObjectFile(symbol, made.library.object_file(symbol))


def link(code: ObjectFile) -> tuple[object, int]:
    """What keeps code in memory, and its address: by LLVM, for systems whose object files we cannot load."""
    with global_compiler_lock:
        codegen = cpu_target.target_context.codegen()
        library = codegen.create_library(code.symbol)
        library.enable_object_caching()
        library._set_compiled_object(code.content)
        library._finalize_final_module()
        address = codegen._engine.get_function_address(code.symbol)
    if not address:
        raise KeyError(code.symbol)
    return library, int(address)


def _spreading(function: Any) -> Any:
    def entry(call: Any) -> Any:
        return function(*spread(call))

    return njit_part(entry)
