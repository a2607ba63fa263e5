"""How a training step is made fast on the machine at hand: bfloat16 products and compiled layers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch._dynamo.exc import TorchDynamoException
from torch._inductor.exc import CppCompileError, InvalidCxxCompiler, OperatorIssue

from engine.network.model import WaveNet
from engine.training.fused.build import COMPILERS
from engine.training.fused.errors import FusedError
from engine.training.fused.layers import fits, fused_forward
from engine.wavenet.config import ModelConfig

Precision = Literal["float32", "bf16"]

COMPILER_ERRORS = (TorchDynamoException, CppCompileError, InvalidCxxCompiler, OperatorIssue, FusedError)
"""What is raised at the first step, or with torch.compile at that of a new shape, where compiling fails."""


@dataclass(frozen=True)
class Speed:
    """What a run does to be fast. Weights, optimisers and the loss are float32 in every case."""

    precision: Precision
    """``bf16``: matrix products of the forward and backward pass in bfloat16 (autocast)."""
    compile: bool
    """Whether torch.compile fuses what lies between the products."""
    fused: bool = False
    """Whether our own compiled layers (``training.fused``) are used instead, for models that they fit."""

    def apply(self, forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        """The same function, faster; its result is float32 or bfloat16."""
        fast = torch.compile(forward) if self.compile else forward
        if self.precision == "float32":
            return fast

        def lowered(codes: torch.Tensor, *others: Any) -> torch.Tensor:
            with torch.autocast(codes.device.type, dtype=torch.bfloat16):
                return fast(codes, *others)

        return lowered

    def for_model(self, config: ModelConfig) -> Speed:
        """The same with one of ``compile`` and ``fused`` at most."""
        fused = self.fused and fits(config)
        return replace(self, compile=self.compile and not fused, fused=fused)

    def forward(self, model: WaveNet) -> Callable[..., torch.Tensor]:
        """``model.forward``, faster; what has to be compiled is so when it is first called."""
        speed = self.for_model(model.config)
        return speed.apply(fused_forward(model) if speed.fused else model.forward)

    def next_best(self) -> Speed:
        """What is left where compiling fails: torch.compile after our layers, nothing after that."""
        return replace(self, compile=self.fused, fused=False)


EXACT = Speed("float32", compile=False)


def choose(precision: Precision | Literal["auto"] = "auto", compiled: bool | None = None) -> Speed:
    """The fastest ``Speed`` this machine bears, but for what is asked for.

    bfloat16 where the processor or the GPU multiplies it (AMX, AVX-512 BF16, CUDA 8.0 and later),
    compiled where there is a C++ compiler (on a CPU) to compile with: our own layers where the processor
    multiplies bfloat16 in vectors (AVX-512 BF16), which may have tiles (AMX) besides, else by torch.compile.
    Asking for ``compiled=True`` without a compiler is torch's own error.
    """
    cuda = torch.cuda.is_available()
    if precision == "auto":
        precision = "bf16" if (torch.cuda.is_bf16_supported() if cuda else cpu_has_bfloat16()) else "float32"
    if compiled is None:
        compiled = cuda or any(shutil.which(name) for name in COMPILERS)
    return Speed(precision, compiled, fused=compiled and precision == "bf16" and not cuda and suits_us())


def cpu_has_bfloat16() -> bool:
    """Whether the processor has instructions that multiply bfloat16 (AVX-512 BF16 or AMX)."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile"))


def suits_us() -> bool:
    """Whether our own layers are the fastest on this processor."""
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def describe(speed: Speed) -> str:
    """A few words for the person who waits."""
    if speed.fused and not speed.compile:
        return f"{speed.precision}, our own layers"
    return f"{speed.precision}, {'compiled' if speed.compile else 'not compiled'}"
