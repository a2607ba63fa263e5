"""A card by way of OpenCL: whatever has a driver, of AMD, Intel, NVIDIA; a processor by way of PoCL."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyopencl as cl
from numpy.typing import NDArray

from engine.kernels.gpu.device import Argument, Buffer, DeviceFault

PREFERRED = ("GPU", "ACCELERATOR", "CPU")
"""Kinds of device, best first."""
# Of more than 48 items, or of vectors of them, PoCL 3.1 compiles wrong sums on some processors (Intel
# Xeon with AMX); one core works at a group, so that more than a few items give nothing there.
PROCESSOR_ITEMS = 32
os.environ.setdefault("POCL_WORK_GROUP_METHOD", "loops")

SAID = 300
"""Letters of a compiler's message that are passed on."""


class OpenClDevice:
    """One device, with a queue in which one thing happens after another."""

    dialect = "opencl"

    def __init__(self, device: cl.Device) -> None:
        """Raises DeviceFault where the device cannot be opened."""
        with _faults("opening the device"):
            self._device = device
            self._context = cl.Context([device])
            self._queue = cl.CommandQueue(self._context)
            self.kind = kind(device)
            self.label = (
                f"{device.name.strip()}, {device.platform.name.strip()} {device.driver_version.strip()}"
            )
            self.max_items = int(device.max_work_group_size)
            if int(device.type) & cl.device_type.CPU:
                self.max_items = min(self.max_items, PROCESSOR_ITEMS)
            self.shared_bytes = int(device.local_mem_size)

    def compile(self, source: str) -> OpenClProgram:
        """See ``device.Device.compile``; the driver keeps what it compiled."""
        with _faults("compiling"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a compiler says of source that it took
            program = cl.Program(self._context, source).build(cache_dir=False)
            return OpenClProgram(
                self._queue, {kernel.function_name: kernel for kernel in program.all_kernels()}
            )

    def put(self, values: NDArray[Any]) -> Buffer:
        """See ``device.Device.put``."""
        buffer = self.empty(max(1, values.nbytes))
        self.overwrite(buffer, values)
        return buffer

    def empty(self, size: int) -> Buffer:
        """See ``device.Device.empty``."""
        with _faults("taking memory"):
            return cl.Buffer(self._context, cl.mem_flags.READ_WRITE, size)

    def copy(self, buffer: Buffer) -> Buffer:
        """See ``device.Device.copy``."""
        made = self.empty(buffer.size)
        with _faults("copying"):
            cl.enqueue_copy(self._queue, made, buffer)
        return made

    def overwrite(self, buffer: Buffer, values: NDArray[Any]) -> None:
        """See ``device.Device.overwrite``."""
        if values.nbytes:
            with _faults("writing"):
                cl.enqueue_copy(self._queue, buffer, np.ascontiguousarray(values), is_blocking=True)

    def read(self, buffer: Buffer, into: NDArray[Any]) -> None:
        """See ``device.Device.read``."""
        with _faults("reading"):
            cl.enqueue_copy(self._queue, into, buffer, is_blocking=True)


class OpenClProgram:
    """See ``device.Program``."""

    def __init__(self, queue: cl.CommandQueue, kernels: dict[str, cl.Kernel]) -> None:
        self._queue = queue
        self._kernels = kernels

    def launch(self, entry: str, groups: int, items: int, arguments: Sequence[Argument]) -> None:
        """See ``device.Program.launch``."""
        with _faults("launching"):
            self._kernels[entry](self._queue, (groups * items,), (items,), *arguments)


def devices() -> list[cl.Device]:
    """All there are, the best kind first; empty where no driver is installed."""
    try:
        found = [device for platform in cl.get_platforms() for device in platform.get_devices()]
    except cl.Error:
        return []
    return sorted(found, key=lambda device: PREFERRED.index(kind(device)))


def kind(device: cl.Device) -> str:
    """One of ``PREFERRED``."""
    flags = int(device.type)
    return next((name for name in PREFERRED if flags & getattr(cl.device_type, name)), PREFERRED[-1])


@contextmanager
def _faults(doing: str) -> Iterator[None]:
    """Turns what OpenCL raises into DeviceFault."""
    try:
        yield
    except (cl.Error, MemoryError) as error:
        reason = " ".join(str(error).split())[:SAID]
        raise DeviceFault(f"OpenCL failed at {doing}: {reason}") from error
