"""Files that users name: ordinary ones, of a size that makes sense, and texts among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files.reading import read_text_file, read_whole, utf8_text


def test_a_file_is_read_up_to_its_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_whole(path, 5) == b"12345"
    with pytest.raises(ValueError, match="larger than 4 bytes"):
        read_whole(path, 4)


def test_a_text_is_utf8_with_or_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + "naïve".encode())
        assert read_text_file(path, 100) == "naïve"


def test_what_is_no_utf8_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it is no UTF-8 text; save it as UTF-8"):
        utf8_text("naïve".encode("latin-1"))
