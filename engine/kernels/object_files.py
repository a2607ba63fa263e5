"""Compiled code on disk: compiled once ever on a machine, loaded in an instant afterwards.

An entry is an object file behind a line that says what it was made of (the function, its arguments, the
processor, the compiler, the sources of all that takes part) and its SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import StudioError
from engine.files.lock import one_at_a_time
from engine.files.private import is_private
from engine.files.writing import write_atomically
from engine.kernels.processor import identity
from engine.kernels.sources import digest

Progress = Callable[[str], None]

FORMAT = 1
SUFFIX = ".code"
LARGEST = 64 * 1024 * 1024
LONGEST_HEAD = 64 * 1024
"""Bytes of an entry, and of the line before it."""


class ObjectFile(NamedTuple):
    """A compiled function."""

    symbol: str
    """Its name in the file."""
    content: bytes


class Entry:
    """Where one function's code is kept, and what of it can be.

    What it holds is run, so nothing is read from it, or written to it, unless the folder is the user's and
    nobody else can write it. It is never needed: a fault here costs time only.
    """

    def __init__(self, function: str, compiled_for: str, progress: Progress | None) -> None:
        """``function`` as ``package.module:name``; ``progress`` is told before a compilation."""
        self._made_of = {
            "function": function,
            "arguments": compiled_for,
            "processor": identity(),
            "compiler": _compiler(),
            "sources": digest(function.partition(":")[0]),
        }
        parts = (function, compiled_for, identity())  # code of other sources gives way to this
        key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
        self._folder = kernel_folder()
        self._path = self._folder / f"{function.rpartition('.')[2].replace(':', '.')}-{key}{SUFFIX}"
        self._progress = progress

    def load(self) -> ObjectFile | None:
        """What it holds; None where that is nothing that can be trusted."""
        if not (is_private(self._folder) and is_private(self._path)):
            return None
        try:
            with self._path.open("rb") as file:
                head, content = json.loads(file.readline(LONGEST_HEAD)), file.read(LARGEST)
            code = ObjectFile(str(head["symbol"]), content)
            return code if head == self._head(code) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, code: ObjectFile) -> None:
        """Keep it, where the folder is private and has room."""
        if not is_private(self._folder):
            return
        with contextlib.suppress(OSError, StudioError):
            if os.path.lexists(self._path) and not is_private(self._path):
                self._path.unlink()
            write_atomically(self._path, json.dumps(self._head(code)).encode() + b"\n" + code.content)
            self._path.chmod(0o600)

    def _head(self, code: ObjectFile) -> dict[str, Any]:
        of_content = hashlib.sha256(code.content).hexdigest()
        return {"format": FORMAT, **self._made_of, "symbol": code.symbol, "sha256": of_content}

    @contextlib.contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Let other processes wait that want the same: they then find it compiled.

        Where no lock can be had, or the folder is not private, each compiles for itself.
        """
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                if self._folder.is_absolute():
                    self._folder.parent.mkdir(parents=True, exist_ok=True)
                    self._folder.mkdir(mode=0o700, exist_ok=True)  # nobody else's, whatever the umask is
                if is_private(self._folder):
                    stack.enter_context(one_at_a_time(self._path.with_suffix(".lock"), self.tell))
            yield

    def tell(self) -> None:
        """Say that compiling takes its time, and why at every start where that is so."""
        if self._progress is None:
            return
        folder = self._folder
        if is_private(folder) or (folder.is_absolute() and not os.path.lexists(folder)):
            self._progress("Preparing the engine for this computer; this happens once and takes some seconds")
        else:
            self._progress(
                "Preparing the engine, at every start until compiled code has a folder that only you can "
                f"write: remove {folder}, or set XDG_CACHE_HOME"
            )


def kernel_folder() -> Path:
    """Where compiled code lies: absolute, unless the home folder itself is given as a relative path.

    An XDG_CACHE_HOME that is empty or relative counts as unset, as the XDG base directory specification says.
    """
    if sys.platform in ("win32", "darwin"):
        from numba.misc.appdirs import AppDirs

        return Path(AppDirs("wavenet-studio", appauthor=False).user_cache_dir) / "kernels"
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(base) if os.path.isabs(base) else Path("~/.cache").expanduser()
    return folder / "wavenet-studio" / "kernels"


@cache
def _compiler() -> str:
    """The compiler's version, and how it is set up; nothing of it is imported, which takes its time."""
    versions = hashlib.sha256()
    for name in ("numba", "llvmlite"):
        found = importlib.util.find_spec(name)
        folder = Path(found.origin).parent if found and found.origin else Path()
        with contextlib.suppress(OSError):
            versions.update((folder / "_version.py").read_bytes())
    own = [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("NUMBA_")]
    return " ".join([versions.hexdigest(), *own])
