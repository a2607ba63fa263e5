"""NVIDIA's cards by way of CUDA's driver, called directly: no package besides the compiler is needed."""

from __future__ import annotations

import ctypes
import sys
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.gpu.device import Argument, Buffer, DeviceFault
from engine.kernels.gpu.nvrtc import compile_for
from engine.kernels.gpu.source import ENTRIES

MAX_THREADS_PER_BLOCK, MAJOR, MINOR = 1, 75, 76
"""Numbers of a device's attributes."""
STATIC_SHARED_BYTES = 49_152
"""What the threads of a block may share on every card without asking."""


class CudaBuffer:
    """Memory of a card, given back when nobody refers to it any more."""

    def __init__(self, driver: Driver, size: int) -> None:
        """Raises DeviceFault."""
        pointer = ctypes.c_uint64()
        driver("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_size_t(size))
        self.pointer, self.size = pointer, size
        weakref.finalize(self, driver.quietly, "cuMemFree_v2", pointer)


class Driver:
    """CUDA's driver, each call in the context of the one card. Raises DeviceFault wherever it fails."""

    def __init__(self, library: Any) -> None:
        """``library``: as ctypes loads it."""
        self._library = library
        self._context = ctypes.c_void_p()
        self.device = ctypes.c_int()
        self._check("cuInit", ctypes.c_uint(0))
        self._check("cuDeviceGet", ctypes.byref(self.device), ctypes.c_int(0))
        self._check("cuDevicePrimaryCtxRetain", ctypes.byref(self._context), self.device)

    def __call__(self, name: str, *arguments: Any) -> None:
        """Call a function of the driver from whichever thread."""
        self._check("cuCtxSetCurrent", self._context)
        self._check(name, *arguments)

    def quietly(self, name: str, *arguments: Any) -> None:
        """The same where nobody could do anything about a failure."""
        self._library.cuCtxSetCurrent(self._context)
        getattr(self._library, name)(*arguments)

    def attribute(self, number: int) -> int:
        """One of the card's attributes."""
        value = ctypes.c_int()
        self("cuDeviceGetAttribute", ctypes.byref(value), ctypes.c_int(number), self.device)
        return value.value

    def _check(self, name: str, *arguments: Any) -> None:
        status = getattr(self._library, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self._library.cuGetErrorName(ctypes.c_int(status), ctypes.byref(text))
            said = text.value.decode() if text.value else f"error {status}"
            raise DeviceFault(f"CUDA failed at {name}: {said}")


class CudaDevice:
    """The first card, where one thing happens after another."""

    dialect = "cuda"
    kind = "GPU"
    shared_bytes = STATIC_SHARED_BYTES

    def __init__(self, driver: Driver) -> None:
        """Raises DeviceFault where the card cannot be used."""
        self._driver = driver
        name, version = ctypes.create_string_buffer(256), ctypes.c_int()
        driver("cuDeviceGetName", name, ctypes.c_int(len(name)), driver.device)
        driver("cuDriverGetVersion", ctypes.byref(version))
        self.label = f"{name.value.decode()}, CUDA {version.value // 1000}.{version.value % 1000 // 10}"
        self.max_items = driver.attribute(MAX_THREADS_PER_BLOCK)
        self.architecture = f"sm_{driver.attribute(MAJOR)}{driver.attribute(MINOR)}"

    def compile(self, source: str) -> CudaProgram:
        """See ``device.Device.compile``."""
        return CudaProgram(self._driver, compile_for(source, self.architecture))

    def put(self, values: NDArray[Any]) -> CudaBuffer:
        """See ``device.Device.put``."""
        buffer = self.empty(max(1, values.nbytes))
        self.overwrite(buffer, values)
        return buffer

    def empty(self, size: int) -> CudaBuffer:
        """See ``device.Device.empty``."""
        return CudaBuffer(self._driver, size)

    def copy(self, buffer: Buffer) -> CudaBuffer:
        """See ``device.Device.copy``."""
        made = self.empty(buffer.size)
        self._driver("cuMemcpyDtoD_v2", made.pointer, buffer.pointer, ctypes.c_size_t(buffer.size))
        return made

    def overwrite(self, buffer: Buffer, values: NDArray[Any]) -> None:
        """See ``device.Device.overwrite``."""
        if values.nbytes:
            whole = np.ascontiguousarray(values)
            source = ctypes.c_void_p(whole.ctypes.data)
            self._driver("cuMemcpyHtoD_v2", buffer.pointer, source, ctypes.c_size_t(whole.nbytes))

    def read(self, buffer: Buffer, into: NDArray[Any]) -> None:
        """See ``device.Device.read``."""
        target = ctypes.c_void_p(into.ctypes.data)
        self._driver("cuMemcpyDtoH_v2", target, buffer.pointer, ctypes.c_size_t(into.nbytes))


class CudaProgram:
    """See ``device.Program``. What was loaded stays until the program ends."""

    def __init__(self, driver: Driver, image: bytes) -> None:
        """Raises DeviceFault where the card takes no such machine code."""
        self._driver = driver
        self._module = ctypes.c_void_p()
        driver("cuModuleLoadData", ctypes.byref(self._module), image)
        self._entries: dict[str, ctypes.c_void_p] = {}
        for name in ENTRIES:
            found = ctypes.c_void_p()
            driver("cuModuleGetFunction", ctypes.byref(found), self._module, name.encode())
            self._entries[name] = found

    def launch(self, entry: str, groups: int, items: int, arguments: Sequence[Argument]) -> None:
        """See ``device.Program.launch``."""
        # Each argument where the driver can read it, until the launch is on its way.
        held = [_as_bytes(argument) for argument in arguments]
        places = (ctypes.c_void_p * len(held))(*(ctypes.addressof(each) for each in held))
        sizes = [ctypes.c_uint(size) for size in (groups, 1, 1, items, 1, 1, 0)]
        self._driver("cuLaunchKernel", self._entries[entry], *sizes, None, places, None)


def open_driver() -> Driver:
    """The driver of this machine. Raises DeviceFault where none is installed, or it finds no card."""
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        raise DeviceFault(f"CUDA's driver is not installed ({name})") from None
    return Driver(library)


def _as_bytes(argument: Argument) -> Any:
    raw = argument.tobytes() if isinstance(argument, np.generic) else bytes(argument.pointer)
    return (ctypes.c_char * len(raw)).from_buffer_copy(raw)
