from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.benchmark.machine import ASSUMED_L2, Machine, cache_sizes, measure_machine
from engine.benchmark.timing import time_calls
from engine.benchmark.work import Work
from engine.kernels.processor import LANES

KIB = 1 << 10
MACHINE = Machine(
    caches={1: 32 * KIB, 2: 1024 * KIB, 3: 32768 * KIB},
    l2_bytes=1024 * KIB,
    l2_assumed=False,
    l2_gigabytes=100.0,
    int8_gigaops=200.0,
    int16_gigaops=400.0,
    float32_gigaops=50.0,
    seconds=0.01,
    bandwidths={2_000_000: 40.0},
)


def describe(folder: Path, *caches: tuple[str, str, str]) -> Path:
    for number, cache in enumerate(caches):
        index = folder / f"index{number}"
        index.mkdir()
        for name, value in zip(("type", "level", "size"), cache, strict=True):
            (index / name).write_text(value + "\n")
    return folder


def test_the_caches_of_data_are_read_as_linux_describes_them(tmp_path: Path) -> None:
    folder = describe(
        tmp_path,
        ("Data", "1", "48K"),
        ("Instruction", "1", "32K"),
        ("Unified", "2", "2048K"),
        ("Unified", "3", "16M"),
    )
    assert cache_sizes(folder) == {1: 49152, 2: 2097152, 3: 16777216}


def test_what_is_not_described_is_left_out(tmp_path: Path) -> None:
    folder = describe(tmp_path, ("Unified", "2", "512K"), ("Unified", "3", "unknown"))
    (folder / "index0" / "level").unlink()
    assert cache_sizes(folder) == {}
    assert cache_sizes(tmp_path / "nowhere") == {}


def test_a_machine_that_tells_nothing_is_said_to_be_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.benchmark.machine.CACHES", Path("/nowhere"))
    machine = measure_machine(0.005)
    assert (machine.l2_bytes, machine.l2_assumed) == (ASSUMED_L2, True)


def test_the_limit_is_the_longer_of_reading_and_computing() -> None:
    # 400 kB at 100 GB/s take 4 µs; 2 million operations at 200 GOP/s take 10 µs, at 50 GFLOP/s 40 µs.
    work = Work(operations=2_000_000, read=400_000.0, stored=400_000)
    limit = MACHINE.limit(work, "int8")
    assert (limit.microseconds, limit.bound, limit.level) == (pytest.approx(10.0), "operations", "L2")
    assert MACHINE.limit(work, "int16").microseconds == pytest.approx(5.0)
    assert MACHINE.limit(work, "float32").microseconds == pytest.approx(40.0)


def test_weights_beyond_l2_are_held_against_the_bandwidth_at_their_size() -> None:
    # 2 MB in L3 at 40 GB/s: 50 µs; were it L2, 20 µs; the operations take 1 µs.
    limit = MACHINE.limit(Work(operations=200_000, read=2_000_000.0, stored=2_000_000), "int16")
    assert (limit.level, limit.bound, limit.home_gigabytes) == ("L3", "reading", 40.0)
    assert limit.microseconds == pytest.approx(50.0)
    assert limit.l2_microseconds == pytest.approx(20.0)


def test_a_size_beyond_every_cache_lies_in_memory() -> None:
    assert [MACHINE.level(size) for size in (1, 1024 * KIB, 1024 * KIB + 1, 1 << 26)] == [
        *("L2", "L2", "L3", "memory")
    ]


def test_the_probes_find_what_a_core_can_have() -> None:
    machine = measure_machine(0.02)
    # A core issues at most two vector multiply-adds and three vector loads a cycle, at no more than 6.5 GHz;
    # faster would mean that the compiler has left the work out. One that does a hundredth of it is broken.
    most = 6.5 * 2 * 2 * LANES
    assert most / 100 < machine.float32_gigaops < most
    assert 2 * most / 100 < machine.int16_gigaops < 2 * most
    assert 2 * most / 100 < machine.int8_gigaops < 2 * most
    reads = 6.5 * 3 * 4 * LANES
    assert reads / 100 < machine.l2_gigabytes < reads
    assert reads / 200 < machine.bandwidth(4 * machine.l2_bytes) < reads


def test_calls_are_timed_after_one_that_warms_up() -> None:
    calls: list[float] = []

    def call() -> None:
        time.sleep(0.05 if not calls else 0.005)
        calls.append(0.0)

    times = time_calls(call, 0.03)
    assert len(times) == len(calls) - 1
    assert sum(times) >= 0.03
    assert min(times) >= 0.005
