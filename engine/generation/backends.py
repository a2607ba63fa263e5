"""Which engine runs a model: what the user asked for, or the fastest that is here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.wavenet.codes import code_type
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

ENGINES = ("auto", "cpu", "reference")


def select_kernel(
    model: ModelFile,
    engine: str = "auto",
    progress: Callable[[str], None] | None = None,
    device: str | None = None,
) -> Kernel:
    """An engine ready to run ``model``; ``auto`` is the compiled CPU kernel.

    ``progress`` is told where code has to be compiled first. ``device``: where torch runs the
    reference engine, such as ``cuda:0``; None is the CPU.

    Raises StudioError on an unknown engine, or one that needs torch where torch is not installed; on a
    device that torch does not know or cannot use, or for an engine that has no choice.
    """
    if device is not None and engine != "reference":
        raise StudioError(f"device {device!r}: only engine reference runs on a device of your choice")
    if engine in ("auto", "cpu"):
        from engine.kernels.cpu import CpuKernel

        return CpuKernel(model, progress)
    if engine == "reference":
        if importlib.util.find_spec("torch") is None:
            raise StudioError("engine reference needs torch, which --light left out: run ./studio --full")
        return _reference(model, "cpu" if device is None else device)
    raise StudioError(f"engine {engine!r} is unknown; use one of {', '.join(ENGINES)}")


def _reference(model: ModelFile, device: str) -> Kernel:
    """The reference engine, having made one step on its device: what is wrong with that shows now."""
    from engine.kernels.reference import ReferenceKernel

    try:
        kernel = ReferenceKernel(model, device)
        if device != "cpu":
            Generator(kernel, GenerationParams(), seed=0).score(np.zeros(1, code_type(model.config)))
    except (AssertionError, ImportError, RuntimeError) as error:  # torch raises each of them
        reason = str(error).partition("\n")[0][:200]
        raise StudioError(f"device {device!r}: torch cannot use it ({reason}); try cpu") from None
    return kernel
