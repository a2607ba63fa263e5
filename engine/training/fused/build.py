"""``stack.cpp`` as a library: compiled once, then taken from the user's cache folder, as others may be."""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import StudioError
from engine.files.lock import one_at_a_time
from engine.files.private import is_private
from engine.files.writing import replacing
from engine.training.fused.errors import FusedError

SOURCE = Path(__file__).with_name("stack.cpp")
HEADERS = sorted(SOURCE.parent.glob("*.h"))
COMPILERS = ("c++", "g++", "clang++")
"""Any of these will do, here and for torch.compile."""
# Not -march=native: a home folder, and the cache in it, may be shared with a lesser processor.
# -w: some compilers' own headers for these instructions give thousands of warnings.
INSTRUCTIONS = ("-march=x86-64-v4", "-mavx512bf16", "-mamx-tile", "-mamx-bf16")
FLAGS = ("-std=c++20", "-O3", *INSTRUCTIONS, "-fPIC", "-shared", "-pthread", "-w")
SIZES = "batch time layers taps residual gate skip frames hop parts threads amx".split()


class _Shape(ctypes.Structure):
    """``Shape`` of ``thread_team.h``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in SIZES),
        ("residual_scale", ctypes.c_float),
        ("dilations", ctypes.c_void_p),
    ]


class Library:
    """The functions of ``stack.cpp``. They release the interpreter's lock."""

    amx: bool
    """Whether this processor multiplies in tiles (AMX), and the system lets it."""

    def __init__(self, path: Path) -> None:
        try:
            library = ctypes.CDLL(str(path))
        except OSError as error:
            raise FusedError(f"{path}: cannot load the compiled layers: {error}") from None
        self._forward, self._backward = library.stack_forward, library.stack_backward
        self.amx = has_amx() and bool(library.stack_may_use_amx())

    def forward(self, sizes: Sequence[int], scale: float, dilations: Sequence[int], *arrays: Tensor) -> None:
        """``sizes`` as in SIZES; ``arrays`` as in the ``Forward`` of ``forward.h``, contiguous."""
        _call(self._forward, sizes, scale, dilations, arrays)

    def backward(self, sizes: Sequence[int], scale: float, dilations: Sequence[int], *arrays: Tensor) -> None:
        """The same with the arrays of the ``Backward`` of ``backward.h``."""
        _call(self._backward, sizes, scale, dilations, arrays)


def _call(
    function: Callable[..., Any],
    sizes: Sequence[int],
    scale: float,
    dilations: Sequence[int],
    arrays: Sequence[Tensor],
) -> None:
    if not all(array.is_contiguous() for array in arrays):
        raise ValueError("the compiled layers take contiguous arrays only")
    reach = (ctypes.c_int64 * len(dilations))(*dilations)
    shape = _Shape(*sizes, scale, ctypes.addressof(reach))
    addresses = (ctypes.c_void_p * len(arrays))(*(array.data_ptr() for array in arrays))
    function(ctypes.byref(shape), addresses)


def has_amx() -> bool:
    """Whether the processor multiplies bfloat16 in tiles."""
    capabilities = torch.cpu.get_capabilities()
    return all(capabilities.get(name, False) for name in ("amx_tile", "amx_bf16"))


def library(waits: Callable[[], None]) -> Library:
    """The compiled layers; ``waits`` is called before they are compiled, which takes about ten seconds.

    Raises FusedError where there is no C++ compiler or it refuses.
    """
    return Library(compiled(SOURCE, HEADERS, FLAGS, waits))


def compiled(source: Path, headers: Sequence[Path], flags: Sequence[str], waits: Callable[[], None]) -> Path:
    """The library that a C++ source becomes with ``flags``, compiled where it is new: see ``library``."""
    try:
        import platformdirs  # a bare machine with a GPU trains without it
    except ImportError:
        raise FusedError("platformdirs is not installed") from None
    compiler = next((path for name in COMPILERS if (path := shutil.which(name))), None)
    if compiler is None:
        raise FusedError(f"no C++ compiler ({', '.join(COMPILERS)})")
    folder = Path(platformdirs.user_cache_dir("wavenet-studio")) / "training"
    file = folder / f"{source.stem}-{_key(compiler, (source, *headers), flags)}.so"
    try:
        if folder.is_absolute():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        _check_private(folder)  # what lies there is run
        with one_at_a_time(file.with_suffix(".lock"), waits):
            if file.exists() and not is_private(file):
                file.unlink()
            if not file.exists():
                waits()
                _compile(compiler, source, flags, file)
    except OSError as error:
        raise FusedError(f"{folder}: cannot keep the compiled layers: {error.strerror}") from None
    except StudioError as error:
        raise FusedError(str(error)) from None
    return file


def _check_private(folder: Path) -> None:
    if not is_private(folder):
        raise FusedError(
            f"{folder}: others can write it, or it is not the user's own; remove it, or set XDG_CACHE_HOME"
        )


def _key(compiler: str, files: Sequence[Path], flags: Sequence[str]) -> str:
    """Changes with all that the compiled code depends on: its source and its compiler."""
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False).stdout
    sources = [file.read_text("utf-8") for file in files]
    parts = (sources, flags, compiler, version)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _compile(compiler: str, source: Path, flags: Sequence[str], file: Path) -> None:
    with replacing(file) as beginning:
        command = [compiler, *flags, str(source), "-o", str(beginning)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "error" in line] or ["it gave no reason"]
            raise FusedError(f"{compiler} could not compile the layers: {lines[0]}")
        beginning.chmod(0o700)  # whatever the umask is
