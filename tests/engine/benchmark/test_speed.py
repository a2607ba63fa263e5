from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import numpy as np
import pytest

from engine.benchmark.machine import Machine
from engine.benchmark.speed import Backend, Speed, backends, make_kernel, measure
from engine.benchmark.work import Work
from engine.errors import StudioError
from engine.kernels.base import Kernel
from tests.models import save_tiny_model

MACHINE = Machine({}, 1 << 20, False, 100.0, 200.0, 250.0, 100.0, 0.01)


def test_the_figures_follow_from_time_and_work() -> None:
    work = Work(operations=1_000_000, read=250_000.0, stored=500_000)
    speed = Speed("m", "custom", "cpu int8", "2", 12.5, 12.0, 1.0, work, MACHINE.limit(work, "int8"))
    # A sample at 16 kHz lasts 62.5 µs; the operations alone take 5 µs at 200 GOP/s.
    assert speed.real_time_factor == pytest.approx(5.0)
    assert speed.gigaflops == pytest.approx(80.0)
    assert speed.gigabytes == pytest.approx(20.0)
    assert speed.share == speed.l2_share == pytest.approx(0.4)


def test_a_thread_that_must_wait_for_its_core_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")

    def slept(kernel: Kernel, seconds: float) -> tuple[float, float]:
        time.sleep(0.1)
        return 1.0, 1.0

    monkeypatch.setattr("engine.benchmark.speed.sample_times", slept)
    assert measure(model, Backend("cpu", "int8"), MACHINE, 0.0).core_share < 0.2


@pytest.mark.parametrize("engine", backends(), ids=str)
def test_every_engine_can_be_timed(tmp_path: Path, engine: Backend) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    speed = measure(model, engine, MACHINE, 0.01)
    assert (speed.model, speed.size, speed.engine) == ("tiny", "custom", str(engine))
    assert 0.0 < speed.least_microseconds <= speed.microseconds < 1e5
    assert speed.version.endswith(engine.precision) or engine.name == "reference"


def test_a_model_at_another_rate_is_still_timed_against_16_khz(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors", sample_rate=8000)
    speed = measure(model, Backend("cpu", "int8"), MACHINE, 0.01)
    assert speed.real_time_factor == pytest.approx(62.5 / speed.microseconds)


def test_without_torch_there_is_no_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert [str(engine) for engine in backends()] == ["cpu int8", "cpu int16", "cpu float32"]


def test_an_engine_or_precision_that_is_not_there_is_named(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    with pytest.raises(StudioError, match="abacus"):
        make_kernel(model, Backend("abacus"))
    with pytest.raises(StudioError, match="int4"):
        make_kernel(model, Backend("cpu", "int4"))


def test_the_precisions_are_different_kernels_of_one_model(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    exact, coarse = (make_kernel(model, Backend("cpu", p)) for p in ("float32", "int8"))
    chosen = np.ones(5, np.float32)
    for one, other in zip(coarse.project(chosen), exact.project(chosen), strict=True):
        np.testing.assert_allclose(one, other)
    assert exact.version != coarse.version
