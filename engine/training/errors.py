"""What can stop a run, in one line with advice instead of a traceback."""

from __future__ import annotations

import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException

from engine.errors import StudioError
from engine.training.console import first_line
from engine.training.precision import COMPILER_ERRORS

OUT_OF_MEMORY = ("not enough memory", "out of memory", "can't allocate memory", "bad_alloc")
"""What torch's errors say where they are of no class of their own."""


def explained(error: Exception) -> StudioError | None:
    """What to tell of an error that arose in a run; None where it is no known one."""
    if isinstance(error, StudioError):
        return error
    words = str(error)
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or (
        isinstance(error, RuntimeError) and any(phrase in words for phrase in OUT_OF_MEMORY)
    ):
        return StudioError("out of memory: make crop or batch smaller in the recipe's stages")
    if isinstance(error, COMPILER_ERRORS):
        return StudioError(f"compiling failed ({first_line(error)}); add --no-compile")
    if isinstance(error, MisconfigurationException):
        return StudioError(f"these --devices, --nodes or --strategy cannot be had: {first_line(error)}")
    return None
