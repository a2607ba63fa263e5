"""The layers of ``trunk`` as a compiled function, ``trunk.cpp``, for processors with AVX2 and FMA."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.training.console import tell
from engine.training.fused.build import compiled
from engine.training.fused.errors import FusedError
from engine.training.phones.trunk import Gradients, Layers, Stack, TorchLayers

SOURCE = Path(__file__).with_name("trunk.cpp")
FLAGS = ("-std=c++20", "-O3", "-march=x86-64-v3", "-fPIC", "-shared", "-w")
STEP = 32
"""The compiled layers' channels are a multiple of it."""
COMPILING = "compiling the layers for this processor; this happens once and takes some seconds"

Saved = tuple[Tensor, Tensor, Tensor]


class _Shape(ctypes.Structure):
    """``Shape`` of ``trunk.cpp``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in "time layers channels pooling picked offset".split()),
        ("dilations", ctypes.c_void_p),
    ]


class CompiledLayers:
    """The functions of ``trunk.cpp``, which release the interpreter's lock."""

    def __init__(self, path: Path) -> None:
        """Load them; raises FusedError where that fails."""
        try:
            library = ctypes.CDLL(str(path))
        except OSError as error:
            raise FusedError(f"{path}: cannot load the compiled layers: {error}") from None
        self._forward, self._backward = library.stack_forward, library.stack_backward

    def __deepcopy__(self, memo: object) -> CompiledLayers:
        """Functions of a library are shared."""
        return self

    @torch.no_grad()
    def forward(self, stack: Stack, offset: int, x: Tensor, *weights: Tensor) -> tuple[Saved, Tensor, Tensor]:
        """See ``Layers``."""
        (width, time), layers = x.shape, len(stack.dilations)
        dilated, bias, residual, residual_bias = weights
        doubled = torch.ones(2 * width)
        doubled[:width] = 2.0  # tanh(a) = 2 σ(2a) - 1
        by_input = (dilated * doubled[:, None]).mT
        inputs, gated = torch.empty(layers, time, width), torch.empty(layers, time, width)
        squashed = torch.empty(layers, time, 2 * width)
        inputs[0] = x.mT
        _call(
            self._forward,
            (stack, time, width, offset),
            *(inputs, squashed, gated),
            *(
                by_input[:, :width].contiguous(),
                by_input[:, width:].contiguous(),
                (bias * doubled).contiguous(),
            ),
            *(residual.mT.contiguous(), residual_bias.contiguous()),
        )
        frames = gated.view(layers, -1, stack.pooling, width).mean(2).mT.reshape(layers * width, -1)
        picked = gated[:, offset :: stack.picked].mT.reshape(layers * width, -1)
        return (inputs, squashed, gated), frames, picked

    @torch.no_grad()
    def backward(
        self,
        stack: Stack,
        offset: int,
        saved: Saved,
        d_frames: Tensor,
        d_picked: Tensor,
        dilated: Tensor,
        residual: Tensor,
    ) -> Gradients:
        """See ``Layers``."""
        layers, time, width = saved[0].shape
        by_time = [d.view(layers, width, -1).permute(2, 0, 1).contiguous() for d in (d_frames, d_picked)]
        d_x, d_bias = torch.empty(time, width), torch.zeros(layers, 2 * width)
        d_older, d_newer = torch.zeros(layers, width, 2 * width), torch.zeros(layers, width, 2 * width)
        d_residual, d_residual_bias = torch.zeros(layers, width, width), torch.zeros(layers, width)
        _call(
            self._backward,
            (stack, time, width, offset),
            *(*saved, *by_time),
            *(dilated[:, :, :width].contiguous(), dilated[:, :, width:].contiguous(), residual.contiguous()),
            *(d_x, d_older, d_newer, d_bias, d_residual, d_residual_bias),
        )
        d_dilated = torch.cat([d_older.mT, d_newer.mT], dim=-1)
        return d_x.mT, d_dilated, d_bias, d_residual.mT, d_residual_bias


def _call(function: Callable[..., Any], sizes: tuple[Stack, int, int, int], *arrays: Tensor) -> None:
    """``sizes``: the stack, samples, channels and offset; ``arrays`` as the function has them."""
    stack, time, width, offset = sizes
    reach = (ctypes.c_int64 * len(stack.dilations))(*stack.dilations)
    shape = _Shape(
        *(time, len(stack.dilations), width, stack.pooling, stack.picked, offset), ctypes.addressof(reach)
    )
    function(ctypes.byref(shape), *(ctypes.c_void_p(array.data_ptr()) for array in arrays))


def best_layers(channels: int) -> Layers:
    """The compiled layers where they can be had and fit, else torch's."""
    able = torch.cpu.get_capabilities()
    if channels % STEP or not (able.get("avx2", False) and able.get("fma3", False)):
        return TorchLayers()
    try:
        return CompiledLayers(compiled(SOURCE, (), FLAGS, lambda: tell(COMPILING)))
    except FusedError as error:
        tell(f"compiling our own layers failed, going on without it: {error}")
        return TorchLayers()
