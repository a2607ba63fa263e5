"""How a training step is made fast on the machine at hand: bfloat16 products and a compiled forward."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch._dynamo.exc import TorchDynamoException
from torch._inductor.exc import CppCompileError, InvalidCxxCompiler, OperatorIssue

Precision = Literal["float32", "bf16"]

COMPILERS = ("c++", "g++", "clang++")
"""Any of these lets torch.compile build its loops for the processor."""
COMPILER_ERRORS = (TorchDynamoException, CppCompileError, InvalidCxxCompiler, OperatorIssue)
"""What torch.compile raises, at the first step of a new shape, where it fails."""


@dataclass(frozen=True)
class Speed:
    """What a run does to be fast. Weights, optimisers and the loss are float32 in every case."""

    precision: Precision
    """``bf16``: matrix products of the forward and backward pass in bfloat16 (autocast)."""
    compile: bool
    """Whether torch.compile fuses what lies between the products."""

    def apply(self, forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        """The same function, faster; its result is float32 or bfloat16."""
        fast = torch.compile(forward) if self.compile else forward
        if self.precision == "float32":
            return fast

        def lowered(codes: torch.Tensor, *others: Any) -> torch.Tensor:
            with torch.autocast(codes.device.type, dtype=torch.bfloat16):
                return fast(codes, *others)

        return lowered

    def uncompiled(self) -> Speed:
        """The same without torch.compile: what is left where that fails."""
        return replace(self, compile=False)


EXACT = Speed("float32", compile=False)


def choose(precision: Precision | Literal["auto"] = "auto", compiled: bool | None = None) -> Speed:
    """The fastest ``Speed`` this machine bears, but for what is asked for.

    bfloat16 where the processor or the GPU multiplies it (AMX, AVX-512 BF16, CUDA 8.0 and later),
    compiled where there is a C++ compiler (on a CPU) to compile with. Asking for ``compiled=True``
    without one is torch's own error.
    """
    cuda = torch.cuda.is_available()
    if precision == "auto":
        precision = "bf16" if (torch.cuda.is_bf16_supported() if cuda else cpu_has_bfloat16()) else "float32"
    if compiled is None:
        compiled = cuda or any(shutil.which(name) for name in COMPILERS)
    return Speed(precision, compiled)


def cpu_has_bfloat16() -> bool:
    """Whether the processor has instructions that multiply bfloat16 (AVX-512 BF16 or AMX)."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile"))


def describe(speed: Speed) -> str:
    """A few words for the person who waits."""
    return f"{speed.precision}, {'compiled' if speed.compile else 'not compiled'}"
