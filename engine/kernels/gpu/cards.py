"""Which cards there are: the best device of each dialect, opened only when it is asked for."""

from __future__ import annotations

import importlib.util

from engine.kernels.gpu.device import Device, DeviceFault

CARDS = ("opencl", "cuda")
"""The dialects, as engines are named."""


def open_card(engine: str) -> Device:
    """The best device of one of ``CARDS``. Raises DeviceFault, with what is missing."""
    if engine == "cuda":
        from engine.kernels.gpu.cuda import CudaDevice, open_driver
        from engine.kernels.gpu.nvrtc import NOT_INSTALLED, find_nvrtc

        if find_nvrtc() is None:
            raise DeviceFault(NOT_INSTALLED)
        return CudaDevice(open_driver())
    if importlib.util.find_spec("pyopencl") is None:
        raise DeviceFault(
            "pyopencl is not installed (.venv/bin/python -m pip install -c requirements.lock pyopencl)"
        )
    from engine.kernels.gpu.opencl import OpenClDevice, devices

    found = devices()
    if not found:
        raise DeviceFault("OpenCL finds no device, which a graphics card's driver would bring")
    return OpenClDevice(found[0])


def open_cards() -> list[Device]:
    """The device of each dialect for which nothing is missing."""
    found = []
    for engine in CARDS:
        try:
            found.append(open_card(engine))
        except DeviceFault:
            continue
    return found
