"""Bytecode of the program's own modules, made ahead: without it a start takes twice as long.

Python makes it by itself where it may, a module at a time while the user waits; where bytecode is switched
off it would compile everything anew at every start. Standard library only.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing typing for it would cost the launcher time at every start
if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ("app", "engine")


def newest_change(root: Path) -> int:
    """When one of the program's folders in ``root`` last got, or lost, a file: nanoseconds; 0 for none.

    A file that is replaced counts, as by git or an archive; one that is written in place does not.
    """
    newest = 0
    for source in SOURCES:
        for folder, _, _ in os.walk(root / source):
            if not folder.endswith("__pycache__"):
                newest = max(newest, os.stat(folder).st_mtime_ns)
    return newest


def compile_sources(python: Path, root: Path) -> None:
    """Have ``python`` compile what is new in ``root``. What does not compile says so when it is run."""
    import subprocess

    command = [str(python), "-m", "compileall", "-q", *SOURCES]
    subprocess.run(command, cwd=root, capture_output=True, check=False)
