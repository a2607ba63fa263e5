from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.benchmark.batch import BatchSpeed, cores, measure_batch
from engine.kernels.cpu import CpuKernel
from tests.models import save_tiny_model


@pytest.fixture
def kernel(tmp_path: Path) -> CpuKernel:
    return CpuKernel(save_tiny_model(tmp_path / "m.safetensors"))


def test_the_factors_follow_from_the_time() -> None:
    # 12.5 µs a sample is five times real time for all, and for each of ten a tenth of that.
    speed = BatchSpeed("m", 10, 2, 5, 12.5)
    assert speed.real_time_factor == pytest.approx(5.0)
    assert speed.factor_of_each == pytest.approx(0.5)


@pytest.mark.parametrize(("together", "passes"), [(1, 5), (2, 3), (5, 1), (8, 1)])
def test_every_take_is_made_in_passes_of_so_many(
    kernel: CpuKernel, together: int, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: set[tuple[int, ...]] = set()
    generate = kernel.generate

    def watched(state, *rest):  # type: ignore[no-untyped-def]
        groups.add(tuple(int(seed) for seed in state.seeds))
        return generate(state, *rest)

    monkeypatch.setattr(kernel, "generate", watched)
    speed = measure_batch(kernel, "tiny", 0.0, 5, together)
    assert sorted(seed for group in groups for seed in group) == [0, 1, 2, 3, 4]
    assert len(groups) == passes
    assert (speed.takes, speed.together, speed.cores) == (5, min(together, 5), min(passes, cores()))
    assert 0.0 < speed.microseconds < 1e4


def test_the_threads_end(kernel: CpuKernel) -> None:
    before = threading.active_count()
    measure_batch(kernel, "tiny", 0.02)
    assert threading.active_count() == before
