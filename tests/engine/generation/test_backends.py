from __future__ import annotations

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model


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
