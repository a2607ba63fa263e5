"""Machine code of a whole function at once: nothing that it calls is optimised, or made code of, by itself.

Numba makes each function ready to be called from Python before the next one may call it, and optimises it
anew in every function around it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from numba.core import codegen
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target


@contextlib.contextmanager
def whole_functions() -> Iterator[None]:
    """Let numba make a ``Library`` of each function; other threads compile nothing meanwhile."""
    context = cpu_target.target_context
    with global_compiler_lock:
        before = context._internal_codegen
        context._internal_codegen = _generator()
        try:
            yield
        finally:
            context._internal_codegen = before


class Library(codegen.JITCodeLibrary):
    """A function's code as it was lowered, and the libraries of what it calls."""

    def object_file(self, symbol: str) -> bytes:
        """Machine code of function ``symbol`` and all that it calls."""
        module = self._final_module.clone()
        for library in self._called():
            module.link_in(library._final_module, preserve=True)
        for function in module.functions:
            if not function.is_declaration and function.name != symbol:
                function.linkage = "internal"
        # The vectors are written out: what LLVM would find beside them is not worth the search.
        passes, builder = self._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False)
        passes.run(module, builder)
        return bytes(self._codegen._tm.emit_object(module))

    def finalize(self) -> None:
        """Nothing more is added; nothing is done with it yet."""
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """0: Python does not call it."""
        return 0

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _called(self) -> list[Library]:
        """All libraries below this one, each once."""
        found: dict[Library, None] = {}
        waiting = [self]
        while waiting:
            new = [library for library in waiting.pop()._linking_libraries if library not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)


class _Generator(codegen.JITCPUCodegen):
    _library_class = Library

    def set_env(self, env_name: str, env: Any) -> None:
        """Nothing is told where its Python objects are: it uses none."""


@cache
def _generator() -> _Generator:
    return _Generator("studio")
