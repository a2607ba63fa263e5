"""A lock between processes, held through a file: for work that only one of them should do.

Standard library only: the launcher uses it before there are packages.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False  # importing typing for it would cost the launcher time at every start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper
    from pathlib import Path


@contextmanager
def one_at_a_time(file: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Holds the lock of `file`, which it makes where needed and never removes. Dying frees it.

    `waits` is called where another process holds it, before waiting for that one.

    Raises:
        OSError: the file cannot be written, or its file system has no locks.
    """
    with file.open("w") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds
                    break
                except OSError:
                    waits()
        else:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waits()
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def try_lock(file: Path) -> TextIOWrapper | None:
    """The lock of `file` if nobody holds it, else None. Closing what is returned frees it, as dying does.

    Raises:
        OSError: the file cannot be written, or its file system has no locks.
    """
    handle = file.open("a")
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        handle.close()
        return None
    except BaseException:
        handle.close()
        raise
    return handle
