"""What compiled code shares with other threads, and asks of the system, in LLVM's own instructions."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from engine.kernels.simd import I8, I32, Pointer, operation

POINTER = I8.as_pointer()


@operation
def load(typingctx: Any, array: Any, index: Any) -> Any:
    """array[index] as another thread wrote it last, and what it wrote before is there as well."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        place = Pointer.to_array(context, builder, sig.args[0], args[0]) + args[1]
        size = context.get_abi_sizeof(context.get_data_type(array.dtype))
        return builder.load_atomic(place.address, "acquire", size)

    return array.dtype(array, types.intp), codegen


@operation
def store(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index] = value, an integer, seen by another thread only with all that was written before."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        place = Pointer.to_array(context, builder, sig.args[0], args[0]) + args[1]
        size = context.get_abi_sizeof(context.get_data_type(array.dtype))
        number = context.cast(builder, args[2], sig.args[2], array.dtype)
        builder.store_atomic(number, place.address, "release", size)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@operation
def read_time(typingctx: Any, address: Any, number: Any, spec: Any) -> Any:
    """``clock_gettime``, which lies at ``address``, of clock ``number`` into ``spec`` [2] int64."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        function = builder.inttoptr(args[0], ir.FunctionType(I32, [I32, POINTER]).as_pointer())
        target = Pointer.to_array(context, builder, sig.args[2], args[2]).address
        builder.call(function, [builder.trunc(args[1], I32), builder.bitcast(target, POINTER)])
        return context.get_dummy_value()

    return types.void(address, number, spec), codegen


@operation
def wait(typingctx: Any, address: Any, spec: Any) -> Any:
    """``nanosleep``, which lies at ``address``, for ``spec`` [2] int64: seconds and nanoseconds."""

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> ir.Value:
        function = builder.inttoptr(args[0], ir.FunctionType(I32, [POINTER, POINTER]).as_pointer())
        spec_at = Pointer.to_array(context, builder, sig.args[1], args[1]).address
        builder.call(function, [builder.bitcast(spec_at, POINTER), ir.Constant(POINTER, None)])
        return context.get_dummy_value()

    return types.void(address, spec), codegen
