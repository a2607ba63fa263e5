"""Writing a file in one step: the old one stays whole until the new one is on the disk."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import StudioError


def write_atomically(path: Path, data: bytes | bytearray) -> None:
    """Replace ``path`` by ``data``, or leave it as it was.

    Raises StudioError where the folder is missing or read-only, or the disk is full.
    """
    target = path.resolve()  # a link goes on pointing to what is replaced
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StudioError(f"{path}: cannot save: {error.strerror or error}; save it somewhere else") from None
