"""What the kernel asks of a card, whichever dialect it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Buffer = Any
"""Memory of a device, for that device alone to read."""
Argument = Buffer | np.generic
"""Of a launch: a buffer, or a number of exactly the type that the source names."""


class DeviceFault(RuntimeError):
    """A device is lost, out of memory, or its driver failed: what it held is gone."""


class Program(Protocol):
    """Compiled source, ready to be launched."""

    def launch(self, entry: str, groups: int, items: int, arguments: Sequence[Argument]) -> None:
        """Let ``groups`` work-groups of ``items`` each run an entry, after whatever was asked before.

        Raises DeviceFault, here or where the results are read.
        """
        ...


class Device(Protocol):
    """One card. What is asked of it happens in the order in which it is asked."""

    dialect: str
    """``opencl`` or ``cuda``, as on screen and in takes."""
    kind: str
    """``GPU``, or ``CPU`` for a processor that stands in for one."""
    label: str
    """The card and its driver: what decides how it rounds."""
    max_items: int
    """Work-items that a group may have."""
    shared_bytes: int
    """Memory that the items of a group share."""

    def compile(self, source: str) -> Program:
        """Raises DeviceFault, with what the compiler said."""
        ...

    def put(self, values: NDArray[Any]) -> Buffer:
        """A copy of an array of any shape on the device. Raises DeviceFault."""
        ...

    def empty(self, size: int) -> Buffer:
        """``size`` ≥ 1 bytes. Raises DeviceFault."""
        ...

    def copy(self, buffer: Buffer) -> Buffer:
        """Another buffer of the same bytes. Raises DeviceFault."""
        ...

    def overwrite(self, buffer: Buffer, values: NDArray[Any]) -> None:
        """Bring ``values`` to the beginning of a buffer. Raises DeviceFault."""
        ...

    def read(self, buffer: Buffer, into: NDArray[Any]) -> None:
        """Wait for all that was asked, then fill ``into`` from a buffer's beginning. Raises DeviceFault."""
        ...
