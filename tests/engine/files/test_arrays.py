from __future__ import annotations

import io
import os
import resource
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.files.arrays import archive_from, array_from, map_array, read_array

ARRAYS = [
    np.arange(6, dtype="<f4").reshape(2, 3),
    np.asfortranarray(np.arange(6, dtype="<i2").reshape(2, 3)),
    np.array(3.5),
    np.arange(5, dtype=np.uint8),
    np.zeros((0, 3), np.float16),
    np.arange(24, dtype="<i8").reshape(2, 3, 4),
]


def npy(array: NDArray[Any], version: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    return file.getvalue()


def with_header(header: str, content: bytes = b"", version: bytes = b"\1\0") -> bytes:
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header.encode() + content


def shaped(shape: str) -> bytes:
    return with_header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}")


def read(content: bytes) -> NDArray[Any]:
    return array_from(io.BytesIO(content), len(content))


@pytest.mark.parametrize("array", ARRAYS)
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_what_numpy_writes_is_read(tmp_path: Path, array: NDArray[Any], version: tuple[int, int]) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(npy(array, version))
    for found in (read_array(path, "the numbers"), map_array(path)):
        assert found.dtype == array.dtype
        assert found.shape == array.shape
        assert (found == array).all()
    assert read_array(path, "the numbers").flags.writeable


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it does not begin as one"),
        (b"PK\3\4", "an archive of several arrays; give an .npy file of one"),
        (npy(np.zeros(3, ">f4")), "holds >f4, highest byte first"),
        (npy(np.zeros(3, complex)), "holds <c16, not real numbers"),
        (npy(np.zeros(3, bool)), "holds |b1, not real numbers"),
        (npy(np.array(["a"])), "holds <U1, not real numbers"),
        (npy(np.zeros(3, "<M8[s]")), "holds <M8[s], not real numbers"),
        (npy(np.zeros(3, [("a", "<f4")])), "its header makes no sense"),
        (npy(np.zeros(3))[:-1], "it says to hold 24 bytes of numbers and holds 23"),
        (npy(np.zeros(3)) + b"x", "it says to hold 24 bytes of numbers and holds 25"),
        (
            shaped("1000000000000,"),
            "4000000000000 bytes",
        ),
        (
            shaped("-1,"),
            "its header makes no sense",
        ),
        (
            shaped("9" + "0" * 30 + ","),
            "its shape",
        ),
        (
            shaped("1, 1, 1, 1, 1, 1, 1, 1, 1"),
            "its shape",
        ),
        (shaped(",,"), "its shape"),
        (with_header("[" * 60_000), "its header makes no sense"),
        (with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (\n"), "its header makes no sense"),
        (b"\x93NUMPY\1\0\xff\xff{", "its header says to have 65535 bytes"),
        (b"\x93NUMPY\2\0\xff\xff\xff\xff{", "its header says to have 4294967295 bytes"),
        (b"\x93NUMPY\4\0\1\0 ", "no version that is known"),
        (b"\x93NUMPY", "no version that is known"),
    ],
)
def test_anything_else_is_one_line(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(StudioError) as caught:
        read_array(path, "the numbers")
    assert str(caught.value).startswith(f"{path}: not an .npy file of numbers: ")
    assert why in str(caught.value)
    with pytest.raises(ValueError, match=r"."):
        map_array(path)


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(StudioError, match=r"holds \|O, not real numbers"):
        read_array(tmp_path / "a.npy", "the numbers")


def test_what_is_no_ordinary_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, why in {
        "none": "cannot read the numbers: No such file or directory",
        ".": "cannot read the numbers: Is a directory",
        "loop": "cannot read the numbers: Too many levels",
        "a" * 300: "cannot read the numbers: File name too long",
        "pipe": "it is a device or a pipe",
        "a\0b": "no name of a file",
    }.items():
        with pytest.raises(StudioError) as caught:
            read_array(tmp_path / name, "the numbers")
        assert why in str(caught.value)


WHOLE = npy(np.arange(6, dtype="<f4").reshape(2, 3))


@settings(max_examples=500)
@given(st.binary(max_size=300))
def test_any_bytes_behind_the_magic_are_an_array_or_a_value_error(rest: bytes) -> None:
    for head in (b"\x93NUMPY", b"\x93NUMPY\1\0", b"PK\3\4"):
        with suppress(ValueError):
            assert read(head + rest).nbytes <= len(rest)


@settings(max_examples=500)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 200)
)
def test_a_damaged_file_is_an_array_or_a_value_error(damage: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(WHOLE)
    for place, value in damage:
        content[place] = value
    with suppress(ValueError):
        assert read(bytes(content[: len(content) - cut])).nbytes <= len(content)


@settings(max_examples=300)
@given(
    st.from_regex(r"[<>|=]?[a-zA-Z][0-9]{0,4}", fullmatch=True),
    st.lists(st.integers(-2, 2**66), max_size=10),
    st.booleans(),
    st.binary(max_size=64),
)
def test_a_header_that_lies_costs_no_memory(
    descr: str, shape: list[int], order: bool, content: bytes
) -> None:
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({', '.join(map(str, shape))},), }}"
    with suppress(ValueError):
        assert read(with_header(header, content)).nbytes == len(content)


def test_a_claim_is_refused_before_anything_is_allocated() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match="8000000000 bytes"):
        read(with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }", b"12345678"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def archive(method: int = zipfile.ZIP_STORED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as out:
        for name, content in members.items():
            out.writestr(f"{name}.npy", content)
    return file.getvalue()


def test_an_archive_gives_its_arrays_by_name() -> None:
    file = io.BytesIO()
    np.savez(file, a=np.arange(3), names=np.array(["x", "yz"]))
    found = archive_from(file.getvalue(), "fiuU")
    assert found["a"].tolist() == [0, 1, 2]
    assert found["names"].tolist() == ["x", "yz"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\3\4",
        archive(a=b"no array"),
        archive(zipfile.ZIP_DEFLATED, a=npy(np.zeros(100_000))),
        archive(a=WHOLE)[:-30],
        archive(a=WHOLE).replace(WHOLE, WHOLE[::-1]),
    ],
)
def test_what_is_no_archive_of_arrays_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        archive_from(raw)
