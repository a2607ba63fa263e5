"""The source compiles for NVIDIA's cards without one; the driver is asked as a card would be asked."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.kernels.gpu import cuda, nvrtc
from engine.kernels.gpu.cuda import CudaDevice, Driver
from engine.kernels.gpu.device import DeviceFault
from engine.kernels.gpu.kernel import GpuKernel
from engine.kernels.gpu.source import source
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling
from tests.engine.kernels.gpu.cases import SMALL, config, features
from tests.models import random_model

MACHINE_CODE = b"\x7fELF"


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
@pytest.mark.parametrize("case", ["plain", "local", "logistics", "gaussian"])
def test_the_source_compiles_for_a_card_without_one(case: str, architecture: str) -> None:
    image = nvrtc.compile_for(source(config(case), 256, "float32"), architecture)
    assert image.startswith(MACHINE_CODE)
    assert all(name in image for name in (b"make", b"feed", b"score"))


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
def test_weights_of_float16_compile_too(architecture: str) -> None:
    image = nvrtc.compile_for(source(config("plain"), 128, "float16"), architecture)
    assert image.startswith(MACHINE_CODE)


def test_what_the_compiler_says_is_told() -> None:
    with pytest.raises(DeviceFault, match=r'NVRTC failed for sm_80: .*"nothing" is undefined'):
        nvrtc.compile_for("__device__ void f() { nothing; }", "sm_80")
    with pytest.raises(DeviceFault, match=r"NVRTC failed for sm_1: .*invalid value for --gpu-architecture"):
        nvrtc.compile_for("", "sm_1")


def test_a_compiler_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvrtc, "PATTERNS", ())
    with pytest.raises(DeviceFault, match=r"NVRTC is not installed \(.venv/bin/python -m pip install"):
        nvrtc.compile_for("", "sm_80")


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(DeviceFault, match="CUDA's driver is not installed"):
        cuda.open_driver()


class Card:
    """A driver with memory and no processor: a launch writes down what it was given."""

    def __init__(self) -> None:
        self.memory: dict[int, Any] = {}
        self.launches: list[tuple[int, int, list[bytes]]] = []
        self.fails: dict[str, int] = {}

    def __getattr__(self, name: str) -> Callable[..., int]:
        def call(*arguments: Any) -> int:
            if name in self.fails:
                return self.fails[name]
            known = getattr(self, f"on_{name}", None)
            return known(*arguments) or 0 if known else 0

        if name.startswith("on_"):
            raise AttributeError(name)
        return call

    def on_cuDeviceGetName(self, name: Any, size: Any, device: Any) -> None:
        name.value = b"Paper tiger"

    def on_cuDriverGetVersion(self, version: Any) -> None:
        version._obj.value = 13_010

    def on_cuDeviceGetAttribute(self, value: Any, number: Any, device: Any) -> None:
        value._obj.value = {1: 1024, 75: 9, 76: 0}[number.value]

    def on_cuGetErrorName(self, status: Any, text: Any) -> None:
        text._obj.value = {2: b"CUDA_ERROR_OUT_OF_MEMORY", 719: b"CUDA_ERROR_LAUNCH_FAILED"}[status.value]

    def on_cuMemAlloc_v2(self, pointer: Any, size: Any) -> None:
        room = ctypes.create_string_buffer(size.value)
        pointer._obj.value = ctypes.addressof(room)
        self.memory[pointer._obj.value] = room

    def on_cuMemFree_v2(self, pointer: Any) -> None:
        del self.memory[pointer.value]

    def on_cuMemcpyHtoD_v2(self, target: Any, source: Any, size: Any) -> None:
        ctypes.memmove(target.value, source.value, size.value)

    on_cuMemcpyDtoH_v2 = on_cuMemcpyDtoD_v2 = on_cuMemcpyHtoD_v2

    def on_cuModuleGetFunction(self, found: Any, module: Any, name: bytes) -> None:
        found._obj.value = {b"make": 1, b"feed": 2, b"score": 3}[name]

    def on_cuLaunchKernel(self, entry: Any, *rest: Any) -> None:
        groups, _, _, items, *_ = (size.value for size in rest[:7])
        sizes = [8] * 13 + [8, *[4] * 5]
        arguments = [ctypes.string_at(at, size) for at, size in zip(rest[8], sizes, strict=True)]
        self.launches.append((entry.value, groups * items, arguments))


def test_a_card_is_named_with_its_driver_and_architecture() -> None:
    device = CudaDevice(Driver(Card()))
    assert (device.label, device.architecture) == ("Paper tiger, CUDA 13.1", "sm_90")
    assert (device.max_items, device.shared_bytes) == (1024, 49_152)


def test_what_is_put_on_a_card_comes_back_and_is_given_back() -> None:
    card = Card()
    device, values, found = CudaDevice(Driver(card)), np.arange(9.0).reshape(3, 3), np.empty((3, 3))
    other = device.copy(buffer := device.put(values.T))
    device.overwrite(buffer, np.zeros(2))
    device.read(other, found)
    np.testing.assert_array_equal(found, values.T)
    device.read(buffer, found)
    np.testing.assert_array_equal(found.ravel(), [0.0, 0.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0])
    del buffer, other
    gc.collect()
    assert card.memory == {}


def test_a_launch_tells_the_card_position_and_numbers_as_the_source_takes_them() -> None:
    card = Card()
    kernel = GpuKernel(random_model(ModelConfig(**SMALL)), CudaDevice(Driver(card)), items=64)
    assert (kernel.name, kernel.version[-7:]) == ("cuda", "float32")
    state = kernel.new_state([1, 2])
    kernel.skip(state, 2**40, 7)
    biases = kernel.project(features("plain"))
    with pytest.raises(FloatingPointError):  # nothing was made
        kernel.generate(state, biases, Sampling(1.0, 9, 0.5), 40)
    ((entry, items, arguments),) = card.launches
    assert (entry, items) == (1, 2 * 64)
    assert all(int.from_bytes(each, "little") in card.memory for each in arguments[:13])
    numbers = [int.from_bytes(each, "little") for each in arguments[13:]]
    assert numbers == [2**40, 2, 40, 0, 9, 2**23]


def test_a_failure_of_the_driver_is_named() -> None:
    card = Card()
    device = CudaDevice(Driver(card))
    card.fails = {"cuMemAlloc_v2": 2}
    with pytest.raises(DeviceFault, match="CUDA failed at cuMemAlloc_v2: CUDA_ERROR_OUT_OF_MEMORY"):
        device.empty(1 << 40)
