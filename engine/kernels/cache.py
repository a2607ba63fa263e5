"""Compiled kernels on disk: compiled once ever on a machine, loaded in a fraction of a second afterwards.

An entry holds for one kernel source, numba version, signature and processor (numba's key names its features).
"""

from __future__ import annotations

import contextlib
import gc
import glob
import hashlib
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.runtime.nrt import rtsys
from numba.misc.appdirs import AppDirs

from engine.files.lock import one_at_a_time
from engine.files.private import is_private

Progress = Callable[[str], None]

DAMAGED = (
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError),
    *(AttributeError, ImportError, UnicodeError),
)
"""What reading a truncated or foreign cache file can raise."""
HERE = Path(__file__).parent
LOCK = threading.Lock()


def kernel_folder() -> Path:
    """Where compiled kernels lie: absolute, unless the home folder itself is given as a relative path.

    An XDG_CACHE_HOME that is empty or relative counts as unset, as the XDG base directory specification says.
    """
    follows_xdg = sys.platform not in ("win32", "darwin")
    if follows_xdg and not os.path.isabs(os.environ.get("XDG_CACHE_HOME", "")):
        own = Path("~/.cache/wavenet-studio").expanduser()
    else:
        own = Path(AppDirs("wavenet-studio", appauthor=False).user_cache_dir)
    return own / "kernels"


@cache
def _stamp(room: Path) -> str:
    digest = hashlib.sha256()
    others = [] if room == HERE else sorted(room.rglob("*.py"))
    for file in (*sorted(HERE.glob("*.py")), HERE.parent / "wavenet" / "philox.py", *others):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _Locator(_CacheLocator):
    """Where the cache lies, and which sources its entries were compiled from."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        """See numba."""
        return cls(Path(py_file))

    def get_cache_path(self) -> str:
        """The folder, which need not exist."""
        return str(kernel_folder())

    def ensure_cache_path(self) -> None:
        """Make the folder, which nobody else can write whatever the umask is. Raises OSError."""
        folder = Path(self.get_cache_path())
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)

    def get_source_stamp(self) -> str:
        """SHA-256 of every module that takes part: the kernels', and those of the function's own room."""
        return _stamp(next((folder for folder in self._file.parents if folder.parent == HERE.parent), HERE))

    def get_disambiguator(self) -> str:
        """A part of the file's name."""
        return "studio"


class _Implementation(CompileResultCacheImpl):
    """Files of its own for each signature: processes that compile for several never write to the same one."""

    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012 - numba's own style

    def __init__(self, function: Any, types: tuple[Any, ...]) -> None:
        self._signature = hashlib.sha256(repr(types).encode()).hexdigest()[:16]
        super().__init__(function)

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        """See numba."""
        return f"{super().get_filename_base(fullname, abiflags)}-{self._signature}"


class KernelCache(FunctionCache):
    """numba's cache in the user's cache folder, and never needed: a fault there costs time only.

    What it holds is run, so nothing is read from it, or written to it, unless the folder is the user's and
    nobody else can write it.
    """

    def __init__(self, function: Any, types: tuple[Any, ...], progress: Progress | None) -> None:
        self._impl_class = partial(_Implementation, types=types)  # type: ignore[assignment]
        super().__init__(function)
        self.progress = progress

    @contextlib.contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Let other processes wait that want the same: they then find it compiled.

        Where no lock can be had, or the folder is not private, each compiles for itself.
        """
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                if self._folder.is_absolute():
                    self._impl.locator.ensure_cache_path()
                if is_private(self._folder):
                    lock = self._folder / f"{self._impl.filename_base}.lock"
                    stack.enter_context(one_at_a_time(lock, self._tell))
            yield

    @property
    def _folder(self) -> Path:
        return Path(self.cache_path)

    def _files(self) -> list[Path]:
        found = self._folder.glob(f"{glob.escape(self._impl.filename_base)}.*")
        return [path for path in found if path.suffix in (".nbi", ".nbc")]

    def _tell(self) -> None:
        if self.progress is None:
            return
        folder = self._folder
        if is_private(folder) or (folder.is_absolute() and not os.path.lexists(folder)):
            self.progress("Preparing the engine for this computer; this happens once and takes some seconds")
        else:
            self.progress(
                "Preparing the engine, at every start until compiled code has a folder that only you can "
                f"write: remove {folder}, or set XDG_CACHE_HOME"
            )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None after telling ``progress`` that it must be compiled."""
        try:
            # Only what loaded code calls; numba's own way here first imports all that compiling takes.
            rtsys.initialize(target_context)
            private = all(is_private(path) for path in (self._folder, *self._files()))
            found = self._load_overload(sig, target_context) if private else None
        except (OSError, *DAMAGED):
            found = None
        if found is None:
            self._tell()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled function, where the folder is private and has room; it is in memory anyway."""
        if not is_private(self._folder):
            return
        with contextlib.suppress(OSError):
            for path in self._files():
                if not is_private(path):
                    path.unlink()  # saving reads the index first
            try:
                super().save_overload(sig, data)
            except DAMAGED:
                self.flush()
                super().save_overload(sig, data)
            for path in self._files():
                path.chmod(0o600)


def compiled(function: Any, types: tuple[Any, ...], progress: Progress | None) -> Any:
    """The jitted ``function`` for arguments of numba ``types``: a callable that does not look at their types.

    ``progress`` is told before a compilation.
    """
    return _compile(function, types, progress).entry_point


def machine_code(function: Any, types: tuple[Any, ...], progress: Progress | None) -> int:
    """Where the machine code of ``compiled`` itself lies, as other compiled code calls it."""
    found = _compile(function, types, progress)
    return int(found.library.get_pointer_to_function(found.fndesc.llvm_func_name))


def _compile(function: Any, types: tuple[Any, ...], progress: Progress | None) -> Any:
    with LOCK, _uncollected():
        function._cache = KernelCache(function.py_func, types, progress)
        with function._cache.one_at_a_time():
            function.compile(types)
    return function.overloads[types]


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector, which else takes a sixth of the time: a compiler keeps most of what it makes."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
