"""Arguments of compiled code as plain words in memory: Python writes them, compiled code reads them by types.

An array is the address of its first element: compiled code that takes thousands of steps a second counts no
references, and an index must not be negative, as there is no length to count back from. Where its lengths are
asked for, they follow. A (nested) tuple is one address as well, of which each use reads the word that it
needs: values of a hundred parts, passed from function to function, cost the compiler most of its time.
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BYTE = ctypes.c_char


@dataclass(frozen=True)
class Cell:
    """A number or an array among words."""

    kind: str
    """The name of its or its elements' type, as numpy has it."""
    at: int
    """Its first word."""
    dimensions: int | None = None
    """None for a number; of an array, how many lengths follow its address."""
    number: int | None = None
    """What it is, where compiled code knows it."""

    @property
    def text(self) -> str:
        """What it is, but for its place."""
        if self.number is not None:
            return str(self.number)
        return self.kind if self.dimensions is None else f"{self.kind}*{self.dimensions or ''}"


@dataclass(frozen=True)
class Layout:
    """How a (nested) tuple lies in words."""

    name: str
    """The class of a named tuple; empty for a plain one."""
    at: int
    parts: dict[str, Layout | Cell]
    """By name, or by number where there are no names."""
    end: int
    """The word behind its last one."""

    @property
    def text(self) -> str:
        """What says all of it but its place: another text for each other one."""
        return f"{self.name}({', '.join(f'{name}={part.text}' for name, part in self.parts.items())})"


def layout_of(value: Any, known: tuple[type, ...] = (), *, lengths: bool = False, at: int = 0) -> Layout:
    """How a tuple like ``value`` lies, whose first word is number ``at`` from the address.

    Whole numbers in tuples of the classes ``known`` are part of it: compiled code knows them. ``lengths``:
    whether those of arrays follow their addresses.
    """
    parts: dict[str, Layout | Cell] = {}
    names = getattr(value, "_fields", None) or [str(i) for i in range(len(value))]
    place = at
    for name, part in zip(names, value, strict=True):
        if isinstance(part, tuple):
            inner = layout_of(part, known, lengths=lengths, at=place)
            parts[name], place = inner, inner.end
        elif isinstance(part, np.ndarray):
            dimensions = part.ndim if lengths else 0
            parts[name] = Cell(part.dtype.name, place, dimensions)
            place += 1 + dimensions
        else:
            literal = isinstance(value, known) and type(part) is int
            kind = "bool" if isinstance(part, bool) else "float64" if isinstance(part, float) else "int64"
            parts[name] = Cell(kind, place, None, part if literal else None)
            place += 1
    return Layout(type(value).__name__ if hasattr(value, "_fields") else "", at, parts, place)


def words_of(value: Any, *, lengths: bool = False) -> list[int]:
    """The 64-bit words of a (nested) tuple of arrays and numbers, which must be kept alive as long.

    Raises ValueError on an array with gaps. Of an empty one the address is 0.
    """
    found: list[int] = []
    _collect(value, found, lengths)
    return found


def _collect(value: Any, found: list[int], lengths: bool) -> None:
    if isinstance(value, np.ndarray):
        found.append(address_of(value) if value.size else 0)
        if lengths:
            found.extend(value.shape)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found, lengths)
    elif isinstance(value, float):
        found.extend(struct.unpack("q", struct.pack("d", value)))
    else:
        found.append(value)


def boxed(*parts: Any, lengths: bool = False) -> NDArray[np.int64]:
    """The words of ``parts``, one behind the other; what they are addresses of must be kept alive as long."""
    return np.array(words_of(parts, lengths=lengths), np.int64)


def address_of(array: NDArray[Any]) -> int:
    """Where the first element of an array that is not empty lies. Raises ValueError if it has gaps."""
    try:
        return ctypes.addressof(BYTE.from_buffer(array))  # type: ignore[arg-type]
    except TypeError:  # it is read-only: asked in the way that takes four times as long
        if not array.flags.c_contiguous:
            raise ValueError("compiled code takes arrays without gaps only") from None
        return int(array.ctypes.data)
