"""The next samples of a stream as other compiled code makes them: piece by piece, without the interpreter.

That code knows two addresses, and neither the model nor its shape: it is compiled once for all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, typeof
from numba.core import types
from numpy.typing import NDArray

from engine.kernels.cache import Progress, address_of, compiled
from engine.kernels.layout import Draws, FeedbackArrays, LocalArrays, Samples
from engine.kernels.shape import tuple_type
from engine.kernels.simd import I64, operation

BOX = 2048
"""64-bit words: room for the arguments of ``step.run``."""


class Pieces:
    """``step.run`` of a kernel, for other compiled code."""

    def __init__(self, run: Any, kinds: tuple[Any, ...], progress: Progress | None) -> None:
        """``kinds``: the types that ``run`` was compiled for."""
        kind = tuple_type(kinds, None)
        self._run = address_of(run, kinds)
        self._bind = compiled(bind, (typeof(np.empty(0, np.int64)), types.int64, kind), progress)
        taken = (types.CPointer(kind), types.int64, types.int64, types.int64, types.int64)
        compiled(make, taken, progress)
        self.address = address_of(make, taken)

    def bind(self, arguments: tuple[Any, ...]) -> NDArray[np.int64]:
        """What ``piece`` takes for these arguments, which must be kept alive as long."""
        box = np.zeros(BOX, np.int64)
        self._bind(box, self._run, arguments)
        return box


@njit(nogil=True)
def bind(box: Any, run: Any, arguments: Any) -> None:
    """Put the address of ``step.run`` and its arguments into the box."""
    box[0] = run
    put(box, arguments)


@njit(nogil=True)
def make(arguments: Any, run: Any, start: Any, n: Any, slot: Any) -> Any:
    """``piece``, compiled for the arguments of one kernel; they lie at an address."""
    model, streams, position, local, feedback, draws, samples = value_at(arguments)
    end, first, width = start + n, slot * model.ends.outputs, model.ends.outputs
    if local.given:
        local = LocalArrays(True, local.rows, local.row_of[start:end], local.mix[start:end])
    if feedback.given:
        feedback = FeedbackArrays(True, feedback.gain[start:end], feedback.offset[start:end])
    draws = Draws(draws.temperature[start:end], draws.top_k, draws.top_p)
    codes = samples.codes.reshape(-1)[start:end].reshape(1, n)
    outputs = samples.outputs[first : first + width]
    samples = Samples(n, codes, samples.given, samples.wanted, outputs, samples.scratch)
    return call(run, (model, streams, position + start, local, feedback, draws, samples))


@operation
def piece(typingctx: Any, address: Any, box: Any, start: Any, n: Any, slot: Any) -> Any:
    """Draw ``n`` samples from sample ``start`` of the call on; outputs of the last go to row ``slot``.

    ``address`` and ``box`` are those of a ``base.Native``. Returns n, or the index of the first of them at
    which an activation was NaN or infinite.
    """
    kinds = [types.CPointer(types.int64), *[types.int64] * 4]

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        data = context.make_array(sig.args[1])(context, builder, args[1]).data
        given = [builder.gep(data, [I64(1)]), builder.load(data), *args[2:]]
        return _call(context, builder, args[0], kinds, given)

    return types.int64(address, box, types.int64, types.int64, types.int64), codegen


@operation
def call(typingctx: Any, address: Any, arguments: Any) -> Any:
    """The int64 that the function at ``address`` returns for ``arguments``, a tuple of its very types."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        kinds = list(sig.args[1].types)
        parts = [builder.extract_value(args[1], place) for place in range(len(kinds))]
        return _call(context, builder, args[0], kinds, parts)

    return types.int64(address, arguments), codegen


@operation
def put(typingctx: Any, box: Any, value: Any) -> Any:
    """Store a (nested) tuple from the second word of the box on, its arrays without owners."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        kind = context.get_value_type(sig.args[1])
        if context.get_abi_sizeof(kind) > 8 * (BOX - 1):
            raise TypeError("the arguments need more room than a box has")
        place = builder.gep(context.make_array(sig.args[0])(context, builder, args[0]).data, [I64(1)])
        value = _ownerless(context, builder, sig.args[1], args[1])
        builder.store(value, builder.bitcast(place, kind.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(box, value), codegen


@operation
def value_at(typingctx: Any, address: Any) -> Any:
    """What ``put`` stored."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        kind = context.get_value_type(sig.return_type)
        return builder.load(builder.bitcast(args[0], kind.as_pointer()), align=8)

    return address.dtype(address), codegen


def _ownerless(context: Any, builder: ir.IRBuilder, kind: Any, value: ir.Value) -> ir.Value:
    """The same value, in whose arrays there is nobody to count references for."""
    if isinstance(kind, types.BaseTuple):
        for place, part in enumerate(kind.types):
            inner = _ownerless(context, builder, part, builder.extract_value(value, place))
            value = builder.insert_value(value, inner, place)
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = ir.Constant(array.meminfo.type, None)
        array.parent = ir.Constant(array.parent.type, None)
        value = array._getvalue()
    return value


def _call(context: Any, builder: ir.IRBuilder, address: ir.Value, kinds: Any, given: Any) -> ir.Value:
    kind = context.call_conv.get_function_type(types.int64, kinds)
    function = builder.inttoptr(address, kind.as_pointer())
    _, found = context.call_conv.call_function(builder, function, types.int64, kinds, given)
    return found
