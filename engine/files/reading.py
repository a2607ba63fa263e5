"""Reading a file that a user named: an ordinary one, and no more of it than makes sense."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path


def open_ordinary(path: Path) -> BufferedReader:
    """An ordinary file, open for reading: no device or pipe, which may never end or never begin.

    Raises OSError where there is none or it cannot be read, ValueError where it is something else.
    """
    kind = os.stat(path).st_mode  # asked first: opening a pipe waits for somebody to write
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise ValueError("it is a device or a pipe; give a file")
    return path.open("rb")


def read_whole(path: Path, most: int) -> bytes:
    """The content of an ordinary file. Raises as ``open_ordinary``; ValueError too beyond ``most`` bytes."""
    with open_ordinary(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"it is larger than {most} bytes, too large for what it should be")
    return content


def read_text_file(path: Path, most: int) -> str:
    """The text of an ordinary file. Raises as ``read_whole`` and ``utf8_text``."""
    return utf8_text(read_whole(path, most))


def utf8_text(content: bytes) -> str:
    """The text that is encoded, without a byte order mark. Raises ValueError where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8 text; save it as UTF-8") from None
