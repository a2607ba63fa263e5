"""NumPy's .npy files, read by a strict reader of our own: numbers, lowest byte first, no pickle, no guessing.

NumPy's reader takes archives, pickles, Python 2 and any dtype, and its errors are of a dozen kinds.
"""

from __future__ import annotations

import math
import os
import re
import zipfile
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError, reason, shortened
from engine.files.reading import open_ordinary

NUMBERS = "fiu"
"""Kinds of dtype: floating point, integers with and without a sign."""
SUFFIX = ".npy"
MAGIC = b"\x93NUMPY"
LENGTH_BYTES = {b"\1\0": 2, b"\2\0": 4, b"\3\0": 4}
"""Of the field that says how long the header is, by the format's version."""
MOST_HEADER = 1 << 16
MOST_AXES = 8
HEADER = re.compile(
    r"\{ *'descr' *: *'(?P<descr>[^']*)' *, *'fortran_order' *: *(?P<fortran>True|False) *, *"
    r"'shape' *: *\((?P<shape>[0-9, ]*)\) *,? *\} *\n?"
)
ARRAY_TYPE = re.compile(r"<f[248]|[<|][iu][1248]|<U[1-9][0-9]{0,2}")
AXIS = re.compile(r"[0-9]{1,18}")


class Layout(NamedTuple):
    """Where an array lies in a file, and how."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: str
    """C or F."""
    start: int
    """First byte."""

    @property
    def bytes(self) -> int:
        """How many the array takes."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_array(path: Path, what: str, kinds: str = NUMBERS) -> NDArray[Any]:
    """The array in an .npy file, in memory. Raises StudioError, naming ``path`` and ``what`` it should be."""
    try:
        with open_ordinary(path) as file:
            return array_from(file, os.fstat(file.fileno()).st_size, kinds)
    except OSError as error:
        raise StudioError(f"{path}: cannot read {what}: {reason(error)}") from None
    except MemoryError:
        raise StudioError(f"{path}: {what} does not fit into memory; give a shorter one") from None
    except ValueError as error:
        raise StudioError(f"{path}: not an .npy file of numbers: {reason(error)}") from None


def map_array(path: Path, kinds: str = NUMBERS) -> NDArray[Any]:
    """The array in an .npy file as a read-only memory map. Raises OSError or ValueError."""
    with open_ordinary(path) as file:
        layout = layout_of(file, os.fstat(file.fileno()).st_size, kinds)
        if not layout.bytes:  # nothing cannot be mapped
            return np.zeros(layout.shape, layout.dtype)
        return np.memmap(file, layout.dtype, "r", layout.start, layout.shape, layout.order)  # type: ignore[call-overload,no-any-return]


def array_from(file: BufferedIOBase, size: int, kinds: str = NUMBERS) -> NDArray[Any]:
    """The array in an open .npy file of ``size`` bytes. Raises OSError, ValueError or MemoryError."""
    layout = layout_of(file, size, kinds)
    content = bytearray(layout.bytes)
    if file.readinto(content) != len(content):
        raise ValueError("it ends too early")
    flat = np.frombuffer(content, layout.dtype, math.prod(layout.shape))
    return flat.reshape(layout.shape, order="F" if layout.order == "F" else "C")


def archive_from(raw: bytes, kinds: str = NUMBERS) -> dict[str, NDArray[Any]]:
    """The arrays of an uncompressed .npz file by their names. Raises ValueError or MemoryError."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
                raise ValueError("the arrays are compressed or encrypted")
            if sum(entry.file_size for entry in entries) > len(raw):
                raise ValueError("the arrays are larger than the file")
            arrays = {}
            for entry in entries:
                member = BytesIO(archive.read(entry))
                name = entry.filename.removesuffix(SUFFIX)
                arrays[name] = array_from(member, entry.file_size, kinds)
            return arrays
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"no archive of arrays: {shortened(str(error), 120)}") from None


def layout_of(file: BufferedIOBase, size: int, kinds: str = NUMBERS) -> Layout:
    """What an .npy file of ``size`` bytes says of its array, which then comes next in ``file``.

    Raises ValueError where it is none, of another kind of dtype than ``kinds``, or where it does not hold
    exactly what it says.
    """
    head = file.read(len(MAGIC) + 2)
    if head[:2] == b"PK":
        raise ValueError("an archive of several arrays; give an .npy file of one")
    if head[: len(MAGIC)] != MAGIC:
        raise ValueError("it does not begin as one")
    width = LENGTH_BYTES.get(head[len(MAGIC) :])
    if width is None:
        raise ValueError("its format has no version that is known")
    length = int.from_bytes(file.read(width), "little")
    start = len(MAGIC) + 2 + width + length
    if length > MOST_HEADER or start > size:
        raise ValueError(f"its header says to have {length} bytes")
    header = file.read(length).decode("latin-1")
    match = HEADER.fullmatch(header)
    if match is None:
        raise ValueError(f"its header makes no sense: {shortened(header.strip())!r}")
    dtype = _dtype(match["descr"], kinds)
    axes = [axis.strip() for axis in match["shape"].split(",")]
    if axes[-1] == "":  # (3,) has a comma at its end, and () is no axis at all
        axes.pop()
    if len(axes) > MOST_AXES or not all(AXIS.fullmatch(axis) for axis in axes):
        raise ValueError(f"its shape makes no sense: ({shortened(match['shape'])})")
    layout = Layout(dtype, tuple(map(int, axes)), "F" if match["fortran"] == "True" else "C", start)
    if layout.bytes != size - start:
        raise ValueError(f"it says to hold {layout.bytes} bytes of numbers and holds {size - start}")
    return layout


def _dtype(descr: str, kinds: str) -> np.dtype[Any]:
    if descr.startswith(">"):
        raise ValueError(f"holds {shortened(descr)}, highest byte first; save it lowest byte first")
    if not ARRAY_TYPE.fullmatch(descr) or descr[1] not in kinds:
        raise ValueError(f"holds {shortened(descr)}, not real numbers")
    return np.dtype(descr)
