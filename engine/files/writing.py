"""Writing a file in one step: the old one stays whole until the new one is on the disk."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.errors import StudioError, reason


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives the path of a new file, which takes the place of ``path`` once all that it holds is on the disk.

    Where what is written inside fails, the old file stays and the new one goes. A link goes on pointing to
    what is replaced. Raises StudioError where ``path`` is a folder or a device, cannot be a path, or where
    its folder is missing or read-only, or the disk is full.
    """
    with _refused(path):
        check_replaceable(path)
        target = Path(os.path.realpath(path))
        # The name does not grow with the target's, which may be as long as names can be.
        temporary = target.with_name(f".{target.name[:32]}.{secrets.token_hex(4)}.part")
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def write_atomically(path: Path, data: bytes | bytearray) -> None:
    """Replace ``path`` by ``data``, or leave it as it was. Raises StudioError as ``replacing`` does."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(data)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where there is none. Raises StudioError where there can be none."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(f"{path}: cannot make the folder: {reason(error)}; choose another") from None


@contextlib.contextmanager
def claimed(folder: Path, name: str, suffix: str) -> Iterator[Path]:
    """Gives the path of a new, empty file: ``name``, or ``name 2`` and so on where that is there already.

    The folder is made where there is none. Where what is written inside fails, the file goes again. Raises
    StudioError where there can be no such file.
    """
    make_folder(folder)
    with _refused(folder / f"{name}{suffix}"):
        for number in itertools.count(1):
            path = folder / f"{name}{f' {number}' if number > 1 else ''}{suffix}"
            with contextlib.suppress(FileExistsError):
                path.open("xb").close()
                break
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_replaceable(path: Path) -> None:
    """Raise StudioError where no file can be written at ``path``, before work is spent on its content."""
    with _refused(path):
        try:
            kind = path.stat().st_mode
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise StudioError(f"{path}: there is no folder {path.parent}; make it first") from None
        else:
            if stat.S_ISDIR(kind):
                raise StudioError(f"{path} is a folder; give the name of a file")
            if not stat.S_ISREG(kind):
                raise StudioError(f"{path} is a device or a pipe; give the name of a file")
        if not os.access(path.parent, os.W_OK):
            raise StudioError(f"{path}: the folder {path.parent} is read-only; give another")


@contextlib.contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "null" not in str(error):
            raise
        raise StudioError(f"{path}: cannot save: {reason(error)}; save it somewhere else") from None
