"""Matrices as the inner loops read them: padded, quantised, in the very order in which they are streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.processor import LANES, PAD

ACTIVATION_PEAK = 32767
GATE_LEVELS = 32767.0
"""Gated outputs lie in ±1 and are held in 1/32767ths."""
GROUP = 8
"""Vectors of outputs summed at a time in registers; what is left over goes by 4, 2 and 1."""
BYTE_ORIGIN = 128
"""Added to the lower of two int8 weights in an int16: shifted down, the int16 is then the upper one."""
CACHE_LINE = 64
SUM_LIMIT = 2**31 - 1
HUGE_PAGE, HUGE_REQUEST = 2**21, 2**22

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Matrices:
    """Matrices of one kind, quantised and packed, and their scales."""

    def __init__(self, kind: Any) -> None:
        """``kind``: the numpy type of a weight."""
        self.kind = kind
        self.packed: list[NDArray[Any]] = []
        self.scales: list[Floats] = []

    def add(self, matrix: Floats, unit: Any) -> None:
        """Take ``matrix``, padded already; ``unit`` is what 1 of its product means, per output or in all."""
        integers, scale = quantise(matrix, self.kind)
        self.packed.append(pack_matrix(integers))
        self.scales.append((scale * unit).astype(np.float32))

    def weights(self) -> NDArray[Any]:
        """All matrices end to end; flat."""
        return np.concatenate([*self.packed, np.empty(0, self.kind)])

    def scale(self) -> Floats:
        """All scales end to end; flat."""
        return np.concatenate([*self.scales, np.empty(0, np.float32)])


def pad(width: int) -> int:
    """``width`` rounded up to what the inner loops step by."""
    return -(-width // PAD) * PAD


def quantise(matrix: Floats, kind: Any) -> tuple[NDArray[Any], Floats]:
    """``matrix`` [outputs, inputs] as type ``kind``, and the scale [outputs] that gives it back.

    One scale an output. Integers are kept small enough for the sum of their products with int16
    activations to fit int32 whatever the activations are.
    """
    if kind == np.float32:
        return matrix, np.ones(len(matrix), dtype=np.float32)
    exact = matrix.astype(np.float64)
    peak = np.abs(exact).max(axis=1)
    reach = np.abs(exact).sum(axis=1)
    # Rounding adds at most a half to each weight that is not 0: padding must not change the scale.
    limit = SUM_LIMIT // (ACTIVATION_PEAK + 1) - np.count_nonzero(exact, axis=1)
    scale = np.maximum(peak / np.iinfo(kind).max, reach / limit)
    scale[scale == 0.0] = 1.0
    integers = np.rint(exact / scale[:, None]).astype(kind)
    return integers, scale.astype(np.float32)


def pack_matrix(matrix: NDArray[Any]) -> NDArray[Any]:
    """``matrix`` [outputs, inputs], padded already, in the order ``simd_products`` streams it; flat.

    Outputs go in groups of 8, 4, 2, 1 vectors; a group holds, input after input, its outputs'
    weights side by side; integers two inputs at a time, so that a lane holds a pair. Of int8, vectors go
    two by two: a byte of the first, plus ``BYTE_ORIGIN``, below a byte of the second.
    """
    pair = 1 if matrix.dtype == np.float32 else 2
    outputs, inputs = matrix.shape
    parts = []
    for first, count in groups(outputs):
        block = matrix[first : first + count].reshape(count, inputs // pair, pair).transpose(1, 0, 2)
        if matrix.dtype == np.int8 and count > LANES:
            block = block.reshape(inputs // pair, -1, 2, LANES, pair).transpose(0, 1, 3, 4, 2).copy()
            block[..., 0] ^= np.int8(-BYTE_ORIGIN)  # wraps, as adding it does
        parts.append(block.ravel())
    return np.concatenate(parts)


def groups(outputs: int) -> list[tuple[int, int]]:
    """(first output, number of outputs) of each group of a matrix of ``outputs`` padded outputs."""
    found, first = [], 0
    vectors = GROUP
    while vectors:
        while outputs - first >= vectors * LANES:
            found.append((first, vectors * LANES))
            first += vectors * LANES
        vectors //= 2
    return found


def side_by_side(packed: Any) -> Any:
    """The same (nested) named tuple with its arrays in one piece of memory, each from a cache line on.

    The piece is whole huge pages where the system grants them (numpy asks for them from HUGE_REQUEST
    bytes on): weights that are read over and over then neither miss the page tables' cache nor lie
    unevenly in the processor's.
    """
    size = sum(-(-array.nbytes // CACHE_LINE) * CACHE_LINE for array in _arrays(packed))
    raw = np.empty(max(size + HUGE_PAGE, HUGE_REQUEST), dtype=np.uint8)
    start = -raw.ctypes.data % HUGE_PAGE
    places = iter(np.cumsum([start, *(-(-a.nbytes // CACHE_LINE) * CACHE_LINE for a in _arrays(packed))]))
    return _moved(packed, raw, places)


def _arrays(packed: Any) -> list[NDArray[Any]]:
    if isinstance(packed, np.ndarray):
        return [packed]
    return [array for part in packed for array in _arrays(part)] if isinstance(packed, tuple) else []


def _moved(packed: Any, memory: NDArray[np.uint8], places: Iterator[int]) -> Any:
    if isinstance(packed, np.ndarray):
        at = int(next(places))
        moved = memory[at : at + packed.nbytes].view(packed.dtype).reshape(packed.shape)
        np.copyto(moved, packed)
        return moved
    if isinstance(packed, tuple):
        return type(packed)(*(_moved(part, memory, places) for part in packed))
    return packed


def grow(array: Floats, rows: int | None = None, columns: int | None = None) -> Floats:
    """``array`` with zeros added after its rows and columns."""
    sizes = (rows, columns)[: array.ndim]
    extra = [(0, (size or old) - old) for size, old in zip(sizes, array.shape, strict=True)]
    return np.pad(array, extra)


def alternate_halves(halves: Floats, half: int) -> Floats:
    """[2 G, …] filter and gate, each grown to ``half``, vector by vector in turn."""
    grown = np.concatenate([grow(part, half, *part.shape[1:]) for part in np.split(halves, 2)])
    return np.ascontiguousarray(grown[alternate(half)])


def alternate(half: int) -> Integers:
    """[2 half]: which of filter (0…) and gate (half…) each place holds: a vector of each in turn."""
    return np.arange(2 * half).reshape(2, -1, LANES).transpose(1, 0, 2).reshape(-1)
