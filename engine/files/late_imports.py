"""Large packages that few need, imported while something may play; work that the collector keeps out of."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector meanwhile: it goes through all there is, while every thread stands still."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def import_late(name: str) -> ModuleType:
    """A module by its whole name. What came with it stays, and the collector never looks through it.

    Else it would go through all of a large package while that is read: every thread stands still for 0.1 s.
    """
    if name in sys.modules:
        return importlib.import_module(name)
    with uncollected():
        try:
            return importlib.import_module(name)
        finally:
            gc.freeze()
