"""A card that fails: what was heard is the other engine's past, and not a sample is lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.generation.fallback import FallbackKernel
from engine.generation.generator import Generator
from engine.kernels.cpu import CpuKernel
from engine.kernels.gpu.device import DeviceFault, Program
from engine.kernels.gpu.kernel import GpuKernel
from engine.kernels.gpu.opencl import OpenClDevice
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile
from tests.engine.kernels.gpu.cases import device
from tests.models import TINY, random_model

CONFIG = ModelConfig(**TINY, local=LocalConfig(channels=3, hop=10))  # type: ignore[arg-type]
FEATURES = np.array([1.0, 0.0, 0.5, 0.0, 1.0], np.float32)
SAMPLING = Sampling(temperature=0.9)


@pytest.fixture(scope="module")
def model() -> ModelFile:
    return random_model(CONFIG, seed=2)


class Breaking(ReferenceKernel):
    """A reference engine on a card that fails when it is asked for the sample ``breaks_at``."""

    breaks_at = 10**9

    def generate(self, state: Any, biases: Any, sampling: Any, n: int, *conditions: Any) -> Any:
        if state.position + n > self.breaks_at:
            raise DeviceFault("OpenCL failed at reading: CL_OUT_OF_RESOURCES")
        return super().generate(state, biases, sampling, n, *conditions)


def rows(start: int, n: int) -> LocalRows:
    values = np.random.default_rng(1).standard_normal((60, 3)).astype(np.float32)
    return LocalRows(values, np.arange(start, start + n) // 10, np.zeros(n, np.float32))


def feedback(start: int, n: int) -> Feedback:
    rng = np.random.default_rng(4)
    gain = rng.integers(FULL_SCALE // 2, FULL_SCALE, 600).astype(np.int32)
    offset = rng.integers(-3000, 3000, 600).astype(np.int32)
    return Feedback(gain[start : start + n], offset[start : start + n])


def played(kernel: Any, state: Any, blocks: int, weight: float = 1.0) -> Iterator[np.ndarray]:
    """Blocks of 25 samples, the tags' weight another one every third block."""
    for _ in range(blocks):
        start = state.position
        biases = kernel.project(FEATURES * (weight if start // 25 % 3 else 0.3))
        conditions = rows(start, 25), feedback(start, 25)
        yield kernel.generate(state, biases, SAMPLING, 25, *conditions)[0].codes


@pytest.mark.parametrize("breaks_at", [20, 100, 260])
def test_the_stream_goes_on_from_the_block_where_the_card_failed(
    model: ModelFile, breaks_at: int, caplog: pytest.LogCaptureFixture
) -> None:
    main, whole = Breaking(model), ReferenceKernel(model)
    main.breaks_at = breaks_at
    kernel = FallbackKernel(main, ReferenceKernel(model))
    found = np.concatenate(list(played(kernel, kernel.new_state([5]), 16)))
    np.testing.assert_array_equal(found, np.concatenate(list(played(whole, whole.new_state([5]), 16))))
    assert kernel.fault == "OpenCL failed at reading: CL_OUT_OF_RESOURCES"
    assert kernel.version == "1, 1"
    assert caplog.record_tuples == [
        (
            "engine.generation.fallback",
            logging.WARNING,
            "OpenCL failed at reading: CL_OUT_OF_RESOURCES; engine reference goes on",
        )
    ]


def test_a_snapshot_from_before_the_fault_is_gone_on_from_after_it(model: ModelFile) -> None:
    main, whole = Breaking(model), ReferenceKernel(model)
    kernel = FallbackKernel(main, ReferenceKernel(model))
    state, expected = kernel.new_state([5]), np.concatenate(list(played(whole, whole.new_state([5]), 12)))
    list(played(kernel, state, 6))
    kept = kernel.snapshot(state)
    main.breaks_at = 0
    list(played(kernel, state, 2))
    for _ in range(2):
        again = kernel.restore(kept)
        np.testing.assert_array_equal(np.concatenate(list(played(kernel, again, 6))), expected[150:])
        assert again.position == 300


def test_what_was_skipped_and_fed_is_past_as_well(model: ModelFile) -> None:
    main, whole = Breaking(model), ReferenceKernel(model)
    kernel = FallbackKernel(main, ReferenceKernel(model))
    codes = np.random.default_rng(0).integers(0, 256, 80).astype(np.uint8)
    found = []
    for each in (kernel, whole):
        state, biases = each.new_state([5]), each.project(FEATURES)  # type: ignore[attr-defined]
        each.skip(state, 100, 7)  # type: ignore[attr-defined]
        each.advance(state, biases, codes, False, rows(100, 80))  # type: ignore[attr-defined]
        each.reseed(state, [6])  # type: ignore[attr-defined]
        main.breaks_at = 0
        found.append(np.concatenate(list(played(each, state, 5))))
        assert state.position == 305
    np.testing.assert_array_equal(*found)


class Failing:
    """A card whose driver fails at the launch number ``fails_at``, and at everything from then on."""

    def __init__(self, device: OpenClDevice, fails_at: int) -> None:
        self._device = device
        self.left = fails_at
        self.dialect = device.dialect

    def __getattr__(self, name: str) -> Any:
        if self.left < 0:
            raise DeviceFault("OpenCL failed at launching: CL_DEVICE_NOT_AVAILABLE")
        return getattr(self._device, name)

    def compile(self, source: str) -> Program:
        program, card = self._device.compile(source), self

        class Counting:
            def launch(self, *arguments: Any) -> None:
                card.left -= 1
                if card.left < 0:
                    raise DeviceFault("OpenCL failed at launching: CL_DEVICE_NOT_AVAILABLE")
                program.launch(*arguments)

        return Counting()


def test_a_card_lost_in_the_midst_of_playing_leaves_a_stream_of_the_processors(model: ModelFile) -> None:
    model = random_model(ModelConfig(**TINY))  # type: ignore[arg-type]
    spare = CpuKernel(model, precision="float32")
    kernel = FallbackKernel(GpuKernel(model, Failing(device(), 4), items=32), spare)
    params = GenerationParams(tags=(("calm", 1.0),))
    generator, other = Generator(kernel, params, 9), Generator(spare, params, 9)
    found = np.concatenate([generator.step(40).codes for _ in range(9)])
    assert kernel.fault == "OpenCL failed at launching: CL_DEVICE_NOT_AVAILABLE"
    assert generator.position == 360
    np.testing.assert_array_equal(found[:160], other.step(160).codes)
    np.testing.assert_array_equal(found[160:], other.step(200).codes)
    native = generator.native(50)
    assert native is not None  # compiled code can play it on
    assert kernel.version.endswith(spare.version)


def test_several_streams_go_on_each_with_its_own_past(model: ModelFile) -> None:
    model = random_model(ModelConfig(**TINY))  # type: ignore[arg-type]
    spare = CpuKernel(model, precision="float32")
    kernel = FallbackKernel(GpuKernel(model, Failing(device(), 2), items=32), spare)
    state, biases = kernel.new_state([1, 2, 3]), kernel.project(FEATURES)
    parts = [[block.codes for block in kernel.generate(state, biases, SAMPLING, 30)] for _ in range(4)]
    for index, seed in enumerate((1, 2, 3)):
        alone = spare.generate(spare.new_state([seed]), spare.project(FEATURES), SAMPLING, 120)[0].codes
        np.testing.assert_array_equal(np.concatenate([part[index] for part in parts]), alone)


def test_a_state_holds_one_stream_or_more(model: ModelFile) -> None:
    kernel = FallbackKernel(ReferenceKernel(model), ReferenceKernel(model))
    with pytest.raises(ValueError, match="0 seeds: a state of this model holds 1 to 1"):
        kernel.new_state([])
    with pytest.raises(ValueError, match="3 samples cannot be taken back: 0 are kept at sample 0"):
        kernel.rewind(kernel.new_state([1]), 3)
