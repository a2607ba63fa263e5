"""The next samples of a stream as other compiled code makes them: piece by piece, without the interpreter.

That code knows two addresses, and neither the model nor its shape: it is compiled once for all of them.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numpy.typing import NDArray

from engine.kernels.cache import Progress, machine_code
from engine.kernels.simd import operation
from engine.kernels.words import address_of, words_of


class Routine:
    """A compiled function of ``words`` and whole numbers, which returns a whole number."""

    def __init__(self, function: Any, kinds: tuple[Any, ...], progress: Progress | None) -> None:
        """``kinds``: the numba types of its arguments; ``progress`` is told before a compilation."""
        self.address = machine_code(function, kinds, progress)
        numbers = [ctypes.c_int64] * (len(kinds) - 1)
        prototype = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 3, *numbers)
        self._call = prototype(self.address)

    def __call__(self, words: NDArray[np.int64], *numbers: int) -> int:
        """Call it, the interpreter's lock released."""
        found, failure = ctypes.c_int64(), ctypes.c_void_p()
        if self._call(ctypes.addressof(found), ctypes.addressof(failure), address_of(words), *numbers):
            raise RuntimeError("compiled code failed")
        return found.value


def boxed(*parts: Any) -> NDArray[np.int64]:
    """The words of ``parts``, one behind the other; what they are addresses of must be kept alive as long."""
    return np.array(words_of(parts), np.int64)


@operation
def piece(typingctx: Any, address: Any, box: Any, start: Any, n: Any, slot: Any) -> Any:
    """Draw ``n`` samples from sample ``start`` of the call on; outputs of the last go to row ``slot``.

    ``address`` and ``box`` are those of a ``base.Native``. Returns n, or the index of the first of them at
    which an activation was NaN or infinite.
    """
    kinds = [types.CPointer(types.int64), *[types.int64] * 3]

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        kind = context.call_conv.get_function_type(types.int64, kinds)
        function = builder.inttoptr(args[0], kind.as_pointer())
        words = context.make_array(sig.args[1])(context, builder, args[1]).data
        _, found = context.call_conv.call_function(builder, function, types.int64, kinds, [words, *args[2:]])
        return found

    return types.int64(address, box, types.int64, types.int64, types.int64), codegen
