"""Compiled kernels on disk: compiled once ever on a machine, loaded in a fraction of a second afterwards.

An entry holds for one kernel source, numba version, signature and processor (numba's key names its features).
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.runtime.nrt import rtsys
from numba.misc.appdirs import AppDirs

from engine.locking import one_at_a_time

Progress = Callable[[str], None]

DAMAGED = (
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError),
    *(AttributeError, ImportError, UnicodeError),
)
"""What reading a truncated or foreign cache file can raise."""
HERE = Path(__file__).parent
LOCK = threading.Lock()


class _Locator(_CacheLocator):
    """Where the cache lies, and which sources its entries were compiled from."""

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        """See numba."""
        return cls()

    def get_cache_path(self) -> str:
        """The folder, which need not exist."""
        return str(Path(AppDirs("wavenet-studio", appauthor=False).user_cache_dir) / "kernels")

    def get_source_stamp(self) -> str:
        """SHA-256 of every module that takes part."""
        digest = hashlib.sha256()
        for file in (*sorted(HERE.glob("*.py")), HERE.parent / "philox.py"):
            digest.update(file.read_bytes())
        return digest.hexdigest()

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
    """numba's cache in the user's cache folder, and never needed: a fault there costs time only."""

    def __init__(self, function: Any, types: tuple[Any, ...], progress: Progress | None) -> None:
        self._impl_class = partial(_Implementation, types=types)  # type: ignore[assignment]
        super().__init__(function)
        self.progress = progress

    @contextlib.contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Let other processes wait that want the same: they then find it compiled.

        Where no lock can be had, each compiles for itself.
        """
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                folder = Path(self.cache_path)
                folder.mkdir(parents=True, exist_ok=True)
                lock = folder / f"{self._impl.filename_base}.lock"
                stack.enter_context(one_at_a_time(lock, self._tell))
            yield

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress("Preparing the engine for this computer; this happens once and takes some seconds")

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None after telling ``progress`` that it must be compiled."""
        try:
            # Only what loaded code calls; numba's own way here first imports all that compiling takes.
            rtsys.initialize(target_context)
            found = self._load_overload(sig, target_context)
        except (OSError, *DAMAGED):
            found = None
        if found is None:
            self._tell()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled function, where the folder can be written; it is in memory anyway."""
        with contextlib.suppress(OSError):
            try:
                super().save_overload(sig, data)
            except DAMAGED:
                self.flush()
                super().save_overload(sig, data)


def compiled(function: Any, types: tuple[Any, ...], progress: Progress | None) -> Any:
    """The machine code of the jitted ``function`` for arguments of numba ``types``: a callable.

    It releases the interpreter's lock and does not look at its arguments' types. ``progress`` is told
    before a compilation.
    """
    with LOCK:
        function._cache = KernelCache(function.py_func, types, progress)
        with function._cache.one_at_a_time():
            function.compile(types)
    return function.overloads[types].entry_point
