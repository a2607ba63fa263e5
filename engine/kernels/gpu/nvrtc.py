"""NVIDIA's compiler at run time, a library that a Python package brings: it needs no card and no driver."""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

from engine.kernels.gpu.device import DeviceFault

OPTIONS = ("--std=c++17", "--fmad=true")
SAID = 300
"""Letters of the compiler's message that are passed on."""
NOT_INSTALLED = (
    "NVRTC is not installed (.venv/bin/python -m pip install -c requirements.lock nvidia-cuda-nvrtc)"
)
PATTERNS = ("*/lib/libnvrtc.so.*", "*/bin/nvrtc64_*.dll", "*/bin/*/nvrtc64_*.dll")
"""Where NVIDIA's packages keep it, below their common folder."""
OTHERS = (".alt.", "builtins")
"""Parts of the names of what lies beside it."""


def find_nvrtc() -> Path | None:
    """The library, of the package nvidia-cuda-nvrtc, which torch brings too; None without it."""
    spec = importlib.util.find_spec("nvidia")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    found = sorted(file for folder in folders for pattern in PATTERNS for file in folder.glob(pattern))
    named = [file for file in found if not any(part in file.name for part in OTHERS)]
    return named[-1] if named else None


def compile_for(source: str, architecture: str) -> bytes:
    """CUDA C++ as machine code of an ``architecture`` such as ``sm_90``.

    Raises DeviceFault where the compiler is not installed, and with what it says of the source.
    """
    path = find_nvrtc()
    if path is None:
        raise DeviceFault(NOT_INSTALLED)
    try:
        for beside in path.parent.glob("*nvrtc-builtins*"):  # which it asks the system for by name alone
            if ".alt." not in beside.name:
                ctypes.CDLL(str(beside))
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise DeviceFault(f"NVRTC cannot be loaded: {str(error)[:SAID]}") from None
    program = ctypes.c_void_p()
    code = source.encode()
    if library.nvrtcCreateProgram(ctypes.byref(program), code, b"wavenet.cu", 0, None, None):
        raise DeviceFault("NVRTC takes no program")
    try:
        options = [f"--gpu-architecture={architecture}", *OPTIONS]
        array = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        if library.nvrtcCompileProgram(program, len(options), array):
            said = " ".join(_text(library, program, "ProgramLog").decode(errors="replace").split())
            raise DeviceFault(f"NVRTC failed for {architecture}: {said[:SAID]}")
        return _text(library, program, "CUBIN")
    finally:
        library.nvrtcDestroyProgram(ctypes.byref(program))


def _text(library: ctypes.CDLL, program: ctypes.c_void_p, what: str) -> bytes:
    """What ``nvrtcGet…`` gives of a program. Raises DeviceFault."""
    size = ctypes.c_size_t()
    if getattr(library, f"nvrtcGet{what}Size")(program, ctypes.byref(size)):
        raise DeviceFault(f"NVRTC gives no {what}")
    made = ctypes.create_string_buffer(size.value)
    if getattr(library, f"nvrtcGet{what}")(program, made):
        raise DeviceFault(f"NVRTC gives no {what}")
    return made.raw
