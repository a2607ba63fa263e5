from __future__ import annotations

import importlib.util
import json
import logging
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation import fastest
from engine.generation.backends import measure_card, select_kernel
from engine.generation.generator import Generator
from engine.kernels.gpu import cuda, opencl
from engine.kernels.gpu.cards import open_cards
from engine.kernels.gpu.device import DeviceFault
from engine.kernels.gpu.kernel import GpuKernel
from engine.wavenet.config import ContextConfig, GenerationParams, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model, save_tiny_model


@pytest.fixture(scope="module")
def model() -> ModelFile:
    return random_model(ModelConfig(**{**TINY, "tags": (), "speakers": ()}))  # type: ignore[arg-type]


def test_the_reference_engine_runs_on_a_device_that_torch_has(model: ModelFile) -> None:
    here, there = (select_kernel(model, "reference", device=device) for device in (None, "cpu:0"))
    one, other = (Generator(kernel, GenerationParams(), 3).step(50).codes for kernel in (here, there))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        ("warp", "device 'warp': torch cannot use it (Expected one of cpu, cuda"),
        ("cpu:x", "device 'cpu:x': torch cannot use it (Invalid device string"),
        ("", "device '': torch cannot use it ("),
        ("cuda:4096", "device 'cuda:4096': torch cannot use it ("),  # with CUDA or without
        ("meta", "device 'meta': torch cannot use it ("),  # torch knows it, but it computes nothing
    ],
)
def test_a_device_that_torch_cannot_use_is_told_in_one_line(
    model: ModelFile, device: str, reason: str
) -> None:
    with pytest.raises(StudioError) as refusal:
        select_kernel(model, "reference", device=device)
    assert str(refusal.value).startswith(reason)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("engine", ["auto", "cpu"])
def test_only_the_reference_engine_has_a_choice_of_device(model: ModelFile, engine: str) -> None:
    with pytest.raises(StudioError, match="device 'cpu': only engine reference runs on a device of your"):
        select_kernel(model, engine, device="cpu")


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFile:
    """A model with a hash, and a cache of measurements of its own."""
    monkeypatch.setattr(fastest, "measurements_file", lambda: tmp_path / "cache" / "engines.json")
    return save_tiny_model(tmp_path / "m.safetensors")


def no_driver() -> None:
    raise DeviceFault("CUDA's driver is not installed (libcuda.so.1)")


def note(model: ModelFile, **entries: object) -> None:
    file = fastest.measurements_file()
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({model.header.hash: entries}))


def test_a_card_is_asked_for_by_name_and_has_the_processor_behind_it(model: ModelFile) -> None:
    kernel = select_kernel(model, "opencl")
    assert kernel.name == "opencl"
    drawn = Generator(kernel, GenerationParams(), 3).step(50).codes
    exact = Generator(select_kernel(model, "reference"), GenerationParams(), 3).step(50).codes
    np.testing.assert_array_equal(drawn, exact)


def test_what_is_missing_for_a_card_is_told_in_one_line(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks = ModelConfig(**TINY, contexts=(ContextConfig(pooling=6, dilations=(1, 2), channels=4),))  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="engine opencl cannot run random: context stacks do not run on"):
        select_kernel(random_model(stacks), "opencl")
    monkeypatch.setattr(opencl, "devices", lambda: [])
    with pytest.raises(StudioError, match="engine opencl cannot run random: OpenCL finds no device, which"):
        select_kernel(model, "opencl")
    monkeypatch.setattr(cuda, "open_driver", no_driver)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudioError, match="engine opencl cannot run random: pyopencl is not installed"):
        select_kernel(model, "opencl")
    assert open_cards() == []


def test_a_cuda_card_that_is_not_here_is_told_in_one_line(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "open_driver", no_driver)
    with pytest.raises(StudioError, match="engine cuda cannot run random: CUDA's driver is not installed"):
        select_kernel(model, "cuda")
    assert [card.dialect for card in open_cards()] == ["opencl"]


def test_nothing_but_a_measurement_brings_auto_to_a_card(measured: ModelFile) -> None:
    version = select_kernel(measured, "opencl").version
    assert select_kernel(measured).name == "cpu"
    note(measured, cpu=["4-int8", 20.0], opencl=[version, 10.0])
    assert select_kernel(measured).name == "opencl"
    note(measured, cpu=["4-int8", 20.0], opencl=[version, 21.0])
    assert select_kernel(measured).name == "cpu"
    note(measured, cpu=["4-int8", 20.0], opencl=["another card", 10.0])
    assert select_kernel(measured).name == "cpu"


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"HASH": 3}', '{"HASH": {"cpu": ["4", 9.0], "opencl": 1}}', "\x00"]
)
def test_measurements_that_cannot_be_read_count_as_none(measured: ModelFile, text: str) -> None:
    note(measured)
    fastest.measurements_file().write_text(text.replace("HASH", measured.header.hash))
    assert select_kernel(measured).name == "cpu"


def test_a_card_that_has_gone_leaves_the_processor(
    measured: ModelFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    note(measured, cpu=["4-int8", 20.0], opencl=["1", 10.0])
    monkeypatch.setattr(opencl, "devices", lambda: [])
    assert select_kernel(measured).name == "cpu"
    assert [record[:2] for record in caplog.record_tuples] == [
        ("engine.generation.backends", logging.WARNING)
    ]


def test_a_real_card_is_measured_beside_the_processor(
    measured: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "open_driver", no_driver)
    measure_card(measured)
    assert not fastest.measurements_file().exists()  # PoCL is no card
    monkeypatch.setattr(opencl, "kind", lambda device: "GPU")
    monkeypatch.setattr(fastest, "SECONDS", 0.0)
    measure_card(measured)
    (stored,) = json.loads(fastest.measurements_file().read_text()).values()
    assert stored.keys() == {"cpu", "opencl"}
    assert all(version and 0.0 < time < 1e5 for version, time in stored.values())


def test_a_card_that_reckons_wrongly_is_never_chosen(
    measured: ModelFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    score = GpuKernel.advance
    monkeypatch.setattr(cuda, "open_driver", no_driver)
    monkeypatch.setattr(opencl, "kind", lambda device: "GPU")
    monkeypatch.setattr(fastest, "SECONDS", 0.0)
    monkeypatch.setattr(GpuKernel, "advance", lambda *given, **named: -score(*given, **named))
    measure_card(measured)
    (stored,) = json.loads(fastest.measurements_file().read_text()).values()
    assert stored.keys() == {"cpu"}
    assert caplog.messages == ["engine opencl makes other samples of tiny than cpu: not used"]
