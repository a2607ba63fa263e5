"""The next samples of a stream as other compiled code makes them: piece by piece, without the interpreter."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit
from numba.core import types

from engine.kernels.layout import Draws, FeedbackArrays, LocalArrays, Samples
from engine.kernels.simd import operation


@njit(nogil=True)
def make(address: Any, arguments: Any, start: Any, n: Any, slot: Any) -> Any:
    """Draw ``n`` samples from sample ``start`` of the call on; outputs of the last go to row ``slot``.

    Returns n, or the index of the first of them at which an activation was NaN or infinite.
    """
    model, streams, position, local, feedback, draws, samples = arguments
    end, first, width = start + n, slot * model.ends.outputs, model.ends.outputs
    if local.given:
        local = LocalArrays(True, local.rows, local.row_of[start:end], local.mix[start:end])
    if feedback.given:
        feedback = FeedbackArrays(True, feedback.gain[start:end], feedback.offset[start:end])
    piece = (
        model,
        streams,
        position + start,
        local,
        feedback,
        Draws(draws.temperature[start:end], draws.top_k, draws.top_p),
        Samples(
            n,
            samples.codes.reshape(-1)[start:end].reshape(1, n),
            samples.given,
            samples.wanted,
            samples.outputs[first : first + width],
        ),
    )
    return call(address, piece)


@operation
def call(typingctx: Any, address: Any, arguments: Any) -> Any:
    """The int64 that the compiled function at ``address`` returns for ``arguments``, a tuple of its very types."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        kinds = list(sig.args[1].types)
        kind = context.call_conv.get_function_type(types.int64, kinds)
        function = builder.inttoptr(args[0], kind.as_pointer())
        parts = [builder.extract_value(args[1], place) for place in range(len(kinds))]
        _, found = context.call_conv.call_function(builder, function, types.int64, kinds, parts)
        return found

    return types.int64(address, arguments), codegen
