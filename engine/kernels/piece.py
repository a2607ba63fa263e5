"""The next samples of a stream as other compiled code makes them: piece by piece, without the interpreter.

That code knows two addresses, and neither the model nor its shape: it is compiled once for all of them.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.simd import operation


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
