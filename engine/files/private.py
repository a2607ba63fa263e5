"""Whether code may be loaded from a place on the disk: nobody but the user may have put it there."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def is_private(path: Path) -> bool:
    """Whether code may be loaded from ``path``: absolute, there, the user's, and nobody else can write it.

    A symbolic link is not. Windows keeps each user's folders apart by itself: there it need only be absolute.
    """
    if not path.is_absolute():
        return False
    if sys.platform == "win32":
        return True
    try:
        found = path.lstat()
    except OSError:
        return False
    if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & OTHERS_WRITE
