"""Which engine runs a model: what the user asked for, or the fastest that is here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from engine.checkpoint import ModelFile
from engine.errors import StudioError
from engine.kernels.base import Kernel

ENGINES = ("auto", "cpu", "reference")


def select_kernel(
    model: ModelFile, engine: str = "auto", progress: Callable[[str], None] | None = None
) -> Kernel:
    """An engine ready to run ``model``; ``auto`` is the compiled CPU kernel.

    ``progress`` is told where code has to be compiled first.

    Raises StudioError on an unknown engine, or one that needs torch where torch is not installed.
    """
    if engine in ("auto", "cpu"):
        from engine.kernels.cpu import CpuKernel

        return CpuKernel(model, progress)
    if engine == "reference":
        if importlib.util.find_spec("torch") is None:
            raise StudioError("engine reference needs torch, which --light left out: run ./studio --full")
        from engine.kernels.reference import ReferenceKernel

        return ReferenceKernel(model)
    raise StudioError(f"engine {engine!r} is unknown; use one of {', '.join(ENGINES)}")
