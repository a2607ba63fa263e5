"""Labels as arrays: what pieces know of phones and pitch, kept small, and given back exactly as it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.files.arrays import NUMBERS, archive_from

Arrays = dict[str, NDArray[Any]]
Details = dict[str, Any]

_TENTHS = 10_000  # of a millisecond in a second: phone times are rounded to them


def split_off(details: list[Details]) -> tuple[list[Details], Arrays]:
    """Take ``phones``, ``phone_samples`` and ``f0`` out of each piece's details, into arrays.

    Returns the details that are left, and for each of the three that some piece has: ``KEY_pieces`` [n]
    int32 (indices of the pieces that have it), ``KEY_counts`` [n] int32 (entries in each) and its columns,
    all pieces end to end. A label that arrays would not give back exactly stays where it was.
    """
    left = [dict(each) for each in details]
    arrays: Arrays = {}
    for key, (pack, unpack) in _KINDS.items():
        having = [index for index, each in enumerate(details) if each.get(key)]
        rows = [row for index in having for row in details[index][key]]
        try:
            columns = pack(rows)
            if not rows or unpack(columns) != rows:
                continue
        except (TypeError, ValueError, OverflowError):
            continue
        for index in having:
            del left[index][key]
        counts = [len(details[index][key]) for index in having]
        arrays[f"{key}_pieces"] = np.array(having, np.int32)
        arrays[f"{key}_counts"] = np.array(counts, np.int32)
        arrays.update({f"{key}_{name}": column for name, column in columns.items()})
    return left, arrays


def put_back(details: list[Details], arrays: Arrays) -> None:
    """Undo ``split_off``, in place.

    Raises ValueError, TypeError, KeyError or IndexError where the arrays do not fit the pieces.
    """
    for key, (_, unpack) in _KINDS.items():
        if f"{key}_pieces" not in arrays:
            continue
        prefix = f"{key}_"
        columns = {
            name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)
        }
        pieces, counts = columns.pop("pieces"), columns.pop("counts")
        if pieces.shape != counts.shape or (counts < 0).any() or (pieces < 0).any():
            raise ValueError(f"{key}: pieces and counts do not fit")
        rows = unpack(columns)
        if len(rows) != int(counts.sum()):
            raise ValueError(f"{key}: {len(rows)} entries, {int(counts.sum())} announced")
        first = 0
        for piece, count in zip(pieces.tolist(), counts.tolist(), strict=True):
            details[piece][key] = rows[first : first + count]
            first += count


def to_bytes(arrays: Arrays) -> bytes:
    """The arrays as an uncompressed npz file."""
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def from_bytes(raw: bytes) -> Arrays:
    """Read what ``to_bytes`` wrote, without pickle.

    Raises ValueError on anything else.
    """
    try:
        return archive_from(raw, NUMBERS + "U")
    except (ValueError, MemoryError) as error:
        raise ValueError(f"the labels are no arrays: {error}") from None


def _encoded(names: list[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    found, codes = np.unique(np.array(names, dtype=np.str_), return_inverse=True)
    return found, codes.astype(np.uint16)


def _names(columns: Arrays) -> list[str]:
    return [str(name) for name in columns["names"][columns["codes"]]]


def _pack_phones(rows: list[Any]) -> Arrays:
    names, codes = _encoded([name for name, _, _, _ in rows])
    times = np.round(np.array([[start, end] for _, start, end, _ in rows]) * _TENTHS).astype(np.int32)
    stresses = np.array([stress for _, _, _, stress in rows], np.int8)
    return {"names": names, "codes": codes, "times": times, "stresses": stresses}


def _unpack_phones(columns: Arrays) -> list[Any]:
    starts, ends = (columns["times"] / _TENTHS).T.tolist()
    values = zip(_names(columns), starts, ends, columns["stresses"].tolist(), strict=True)
    return [list(row) for row in values]


def _pack_bounds(rows: list[Any]) -> Arrays:
    names, codes = _encoded([name for name, _, _ in rows])
    bounds = np.array([[first, end] for _, first, end in rows], np.int32)
    return {"names": names, "codes": codes, "bounds": bounds}


def _unpack_bounds(columns: Arrays) -> list[Any]:
    firsts, ends = columns["bounds"].T.tolist()
    return [list(row) for row in zip(_names(columns), firsts, ends, strict=True)]


def _pack_f0(rows: list[Any]) -> Arrays:
    return {"hertz": np.array(rows, np.int16)}


def _unpack_f0(columns: Arrays) -> list[Any]:
    hertz: list[Any] = columns["hertz"].tolist()
    return hertz


_KINDS: dict[str, tuple[Callable[[list[Any]], Arrays], Callable[[Arrays], list[Any]]]] = {
    "phones": (_pack_phones, _unpack_phones),
    "phone_samples": (_pack_bounds, _unpack_bounds),
    "f0": (_pack_f0, _unpack_f0),
}
