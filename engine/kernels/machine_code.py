"""Compiled functions as Python calls them: words in memory, an address, no compiler once there is code."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import sys
import threading
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.kernels.object_files import Entry, ObjectFile, Progress
from engine.kernels.words import Layout, address_of


class Routine:
    """A compiled function of words in memory and of whole numbers, which returns a whole number."""

    def __init__(self, code: Loaded, numbers: int = 0, *, short: bool = False) -> None:
        """``numbers``: how many it takes beside the words.

        ``short``: it keeps the interpreter's lock, as it is done before that could be got back.
        """
        self._code = code
        self.address = code.address
        kinds = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * numbers
        prototype = ctypes.PYFUNCTYPE if short else ctypes.CFUNCTYPE
        self._call = prototype(ctypes.c_int32, *kinds)(self.address)

    @classmethod
    def of(
        cls,
        function: str,
        layout: Layout,
        numbers: int = 0,
        progress: Progress | None = None,
        *,
        short: bool = False,
    ) -> Routine:
        """``package.module:name`` for words of a ``layout``; ``progress`` is told before a compilation."""
        return cls(_shared(function, layout.text, numbers).loaded(layout, progress), numbers, short=short)

    def __call__(self, words: NDArray[np.int64], *numbers: int) -> int:
        """Call it with words that lie as the layout says; 0 where it returns nothing."""
        found, failure = ctypes.c_int64(), ctypes.c_void_p()
        if self._call(ctypes.addressof(found), ctypes.addressof(failure), address_of(words), *numbers):
            raise RuntimeError("compiled code failed")
        return found.value


class Loaded:
    """Code in memory, for as long as this lives."""

    def __init__(self, code: ObjectFile) -> None:
        """Raises ValueError, KeyError or OSError where the code cannot be loaded."""
        self._owner: object
        if loads_by_itself():
            from engine.kernels.image import Image

            image = Image(code.content, function_of_the_system)
            self._owner, self.address = image, image.address(code.symbol)
        else:
            from engine.kernels.compiling import link

            self._owner, self.address = link(code)


class _Shared:
    """A function's code, which all of a program's threads share."""

    def __init__(self, function: str, numbers: int) -> None:
        self._function, self._numbers = function, numbers
        self._lock = threading.Lock()
        self._found: Loaded | None = None

    def loaded(self, layout: Layout, progress: Progress | None) -> Loaded:
        with self._lock:
            if self._found is None:
                self._found = load_or_compile(self._function, layout, self._numbers, progress)
            return self._found


@cache
def _shared(function: str, layout: str, numbers: int) -> _Shared:
    return _Shared(function, numbers)


def load_or_compile(function: str, layout: Layout, numbers: int, progress: Progress | None) -> Loaded:
    """A function's code as it is kept on disk; else compiled, and kept there."""
    entry = Entry(function, f"{layout.text} {numbers}", progress)
    found = _load(entry)
    if found is not None:
        return found
    with entry.one_at_a_time():
        found = _load(entry)  # another process may have made it meanwhile
        if found is not None:
            return found
        entry.tell()
        from engine.kernels.compiling import compile_function

        code = compile_function(function, layout, numbers)
        entry.save(code)
    return Loaded(code)


def _load(entry: Entry) -> Loaded | None:
    code = entry.load()
    with contextlib.suppress(ValueError, KeyError, OSError):
        return None if code is None else Loaded(code)
    return None


def loads_by_itself() -> bool:
    """Whether object files are of the format that ``image`` loads; elsewhere numba is asked to."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


@cache
def function_of_the_system(name: str) -> int:
    """The address of a function of the C library or of its mathematics. Raises KeyError."""
    for library in (None, "libm.so.6"):
        found = getattr(ctypes.CDLL(library), name, None)
        if found is not None:
            return int(ctypes.cast(found, ctypes.c_void_p).value or 0)
    raise KeyError(name)
